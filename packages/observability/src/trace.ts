import { randomBytes } from "node:crypto";

/** One hop of a W3C trace (https://www.w3.org/TR/trace-context/). Ids are lower-case hex, never all zeros. */
export type Trace = { traceId: string; spanId: string; sampled: boolean };

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent` header; null when it is absent or breaks the standard, in which case a new trace starts. */
export function parseTraceparent(header?: string): Trace | null {
  const match = header && header.length <= 512 ? traceparent.exec(header) : null;
  if (!match) return null;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  // Version ff is forbidden; version 00 has exactly four fields, later ones may add more (§3.2.4).
  if (version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** A trace that starts here; sampled. */
export function newTrace(): Trace {
  return { traceId: randomId(16), spanId: randomId(8), sampled: true };
}

/** The next hop of the same trace. */
export function childSpan(trace: Trace): Trace {
  return { traceId: trace.traceId, spanId: randomId(8), sampled: trace.sampled };
}

/** The `traceparent` header value, version 00. */
export function formatTraceparent(trace: Trace): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? "01" : "00"}`;
}

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);

// A system call for each id would cost more than all the rest of a request's trace.
function randomId(bytes: number): string {
  if (pool.length < bytes) pool = randomBytes(POOL_BYTES);
  const id = pool.toString("hex", 0, bytes);
  pool = pool.subarray(bytes);
  return /^0+$/.test(id) ? randomId(bytes) : id;
}
