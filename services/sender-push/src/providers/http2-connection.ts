import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";

type Http2Answer = { status: number; headers: IncomingHttpHeaders; body: string };
/** Nothing of the request was processed: it may be repeated. */
export class NotProcessed extends Error {}

/** An answer is a few hundred bytes of JSON. */
const MAX_ANSWER = 16_384;
/** How long a connection may take to show that it is alive, ms. */
const PING_MS = 2_000;

/**
 * One long-lived HTTP/2 connection to `origin`, made when first used, and again after a GOAWAY, an error or a ping
 * without an answer. Requests share it.
 */
export function createHttp2Connection({
  origin,
  connectMs,
}: {
  origin: string;
  connectMs: number;
}) {
  let current: Promise<ClientHttp2Session> | null = null;

  function session(): Promise<ClientHttp2Session> {
    if (current !== null) return current;
    const opening = open(origin, connectMs, () => {
      if (current === opening) current = null;
    });
    current = opening;
    return opening;
  }

  return {
    /** POSTs. Rejects with `NotProcessed` when the server has surely done nothing, else with what went wrong. */
    async post(
      request: { headers: OutgoingHttpHeaders; body: string },
      signal: AbortSignal,
    ): Promise<Http2Answer> {
      const using = await session().catch((error: unknown) => {
        throw new NotProcessed(error instanceof Error ? error.message : String(error));
      });
      if (signal.aborted) throw new NotProcessed("the connection came late");
      return exchange(using, request, signal);
    },
    async close(): Promise<void> {
      const last = await current?.catch(() => null);
      if (last === undefined || last === null || last.destroyed) return;
      await new Promise<void>((resolve) => last.close(resolve));
    },
  };
}

/** Opens a connection; `onGone` is called once it takes no further requests. */
function open(origin: string, connectMs: number, onGone: () => void): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(origin);
    const late = setTimeout(
      () => session.destroy(new Error(`no connection within ${connectMs} ms`)),
      connectMs,
    );
    session.once("connect", () => {
      clearTimeout(late);
      resolve(session);
    });
    // Of an error every request on the connection learns by itself.
    session.on("error", reject);
    session.once("goaway", onGone);
    session.once("close", () => {
      clearTimeout(late);
      onGone();
      reject(new Error("the connection was closed"));
    });
  });
}

function exchange(
  session: ClientHttp2Session,
  { headers, body }: { headers: OutgoingHttpHeaders; body: string },
  signal: AbortSignal,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    if (session.closed || session.destroyed) throw new NotProcessed("the connection was closed");
    const stream = session.request({ ":method": "POST", ...headers }, { signal });
    let answer: IncomingHttpHeaders & { ":status"?: number } = {};
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (received) => (answer = received));
    stream.on("data", (chunk: string) => {
      if (text.length < MAX_ANSWER) text += chunk;
    });
    stream.on("end", () => {
      const status = answer[":status"];
      if (status !== undefined) resolve({ status, headers: answer, body: text });
    });
    stream.on("error", (error) => {
      if (signal.aborted) provePresence(session);
      const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
      const neverSent = "code" in error && error.code === "ERR_HTTP2_STREAM_CANCEL";
      reject(refused || neverSent ? new NotProcessed(error.message) : error);
    });
    stream.on("close", () => reject(new Error("the connection was closed before an answer")));
    stream.end(body);
  });
}

/** A peer that vanished says nothing: what does not answer a ping is given up. */
function provePresence(session: ClientHttp2Session): void {
  if (session.closed || session.destroyed) return;
  const silent = setTimeout(() => session.destroy(), PING_MS);
  session.ping(() => clearTimeout(silent));
}
