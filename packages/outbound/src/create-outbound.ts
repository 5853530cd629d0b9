import { Agent, request } from "undici";
import { publicLookup, resolveBySystem, type Resolve, TargetRefused } from "./resolve-public.ts";
import { originsOf, readTarget } from "./target.ts";

export type OutboundOptions = {
  /** Origins that are called as they are, over http too, wherever they lead; all others are guarded. */
  allowedOrigins: readonly string[];
  /** Most connections to one origin. */
  connections: number;
  /** How long one call may take, ms. */
  timeoutMs: number;
  /** How names are resolved; the system's way unless a test says otherwise. */
  resolve?: Resolve;
};

export type OutboundAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
};

export type OutboundMessage = {
  headers: Record<string, string>;
  body: string | Uint8Array;
  signal: AbortSignal;
};

export type Outbound = {
  /** POSTs; rejects with `TargetRefused` before anything is sent when the target is not allowed. */
  post(url: string, message: OutboundMessage): Promise<OutboundAnswer>;
  /** GETs a text; rejects as `post` does, and with `RangeError` when it is longer than `maxBytes`. */
  get(url: string, o: { maxBytes: number }): Promise<OutboundAnswer & { text: string }>;
  close(): Promise<void>;
};

/** What of an answer's body is read, so that its connection can be used again; more closes the connection. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Calls URLs that strangers chose. Only https to public addresses: the connection goes to the address that was
 * checked, redirects are answers like any other, and an answer is bounded in time and size.
 */
export function createOutbound(o: OutboundOptions): Outbound {
  const { connections, timeoutMs, resolve = resolveBySystem } = o;
  const allowedOrigins = originsOf(o.allowedOrigins);
  const common = {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
  };
  const timeout = Math.min(5_000, timeoutMs);
  const open = new Agent({ ...common, connect: { timeout } });
  const guarded = new Agent({ ...common, connect: { timeout, lookup: publicLookup(resolve) } });

  function targetOf(url: string) {
    const target = readTarget(url, allowedOrigins);
    if (!target.ok) throw new TargetRefused(target.detail);
    return { url: target.url, dispatcher: target.allowed ? open : guarded };
  }

  return {
    async post(url, message) {
      const { url: target, dispatcher } = targetOf(url);
      const { statusCode, headers, body } = await request(target, {
        method: "POST",
        headers: message.headers,
        body: message.body,
        signal: AbortSignal.any([message.signal, AbortSignal.timeout(timeoutMs)]),
        dispatcher,
      });
      // The status has said it all; what becomes of the rest changes nothing.
      await body.dump({ limit: MAX_ANSWER_BYTES }).catch(() => undefined);
      return { status: statusCode, headers };
    },
    async get(url, { maxBytes }) {
      const { url: target, dispatcher } = targetOf(url);
      const signal = AbortSignal.timeout(timeoutMs);
      const { statusCode, headers, body } = await request(target, { signal, dispatcher });
      return { status: statusCode, headers, text: await readText(body, maxBytes) };
    },
    async close() {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}

async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
