import { Pool } from "undici";

/** No provider has more to say of one message. */
const MAX_ANSWER_BYTES = 1_048_576;

/**
 * The one HTTP connection pool of a provider account; every outgoing call goes through it, so time-outs,
 * keep-alive and the number of connections are set here. Close it with the account.
 */
export function createDispatcher(o: { url: string; connections: number; timeoutMs: number }): Pool {
  return new Pool(new URL(o.url).origin, {
    connections: o.connections,
    pipelining: 1,
    connect: { timeout: Math.min(5_000, o.timeoutMs) },
    headersTimeout: o.timeoutMs,
    bodyTimeout: o.timeoutMs,
    keepAliveTimeout: 10_000,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}
