import { Agent, request } from "undici";
import {
  publicLookup,
  resolveBySystem,
  resolvePublic,
  type Resolve,
  TargetRefused,
} from "./resolve-public.ts";
import { readTarget } from "./target.ts";

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

export type Outbound = ReturnType<typeof createOutbound>;

/** What of an answer's body is read, so that its connection can be used again; more closes the connection. */
const MAX_ANSWER_BYTES = 16_384;
/** How long a name may take to be resolved before a check lets it pass, ms. */
const CHECK_MS = 2_000;

/**
 * Calls URLs that strangers chose. Only https to public addresses: the connection goes to the address that was
 * checked, redirects are answers like any other, and an answer is bounded in time and size.
 */
export function createOutbound(o: OutboundOptions) {
  const { connections, timeoutMs, resolve = resolveBySystem } = o;
  const allowedOrigins = new Set(o.allowedOrigins.map((origin) => new URL(origin).origin));
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

  return {
    /**
     * Null when `url` may be called, or why not. A name that cannot be resolved now may: every call checks again.
     */
    async check(url: string): Promise<string | null> {
      const target = readTarget(url, allowedOrigins);
      if (!target.ok) return target.detail;
      if (target.allowed || target.url.hostname.startsWith("[")) return null;
      const late = new Promise<null>((done) => setTimeout(done, CHECK_MS, null).unref());
      const resolved = resolvePublic(target.url.hostname, resolve).then(
        () => null,
        (error: unknown) => (error instanceof TargetRefused ? error.message : null),
      );
      return Promise.race([resolved, late]);
    },

    /** POSTs; rejects with `TargetRefused` before anything is sent when the target is not allowed. */
    async post(
      url: string,
      message: { headers: Record<string, string>; body: string; signal: AbortSignal },
    ): Promise<OutboundAnswer> {
      const target = readTarget(url, allowedOrigins);
      if (!target.ok) throw new TargetRefused(target.detail);
      const { statusCode, headers, body } = await request(target.url, {
        method: "POST",
        headers: message.headers,
        body: message.body,
        signal: AbortSignal.any([message.signal, AbortSignal.timeout(timeoutMs)]),
        dispatcher: target.allowed ? open : guarded,
      });
      // The status has said it all; what becomes of the rest changes nothing.
      await body.dump({ limit: MAX_ANSWER_BYTES }).catch(() => undefined);
      return { status: statusCode, headers };
    },

    async close(): Promise<void> {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}
