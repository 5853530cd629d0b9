import type { OutRecord } from "../records/record.ts";

/**
 * Largest record taken. The broker's own limit is per topic and usually lower; a record over
 * 256 KiB travels alone, so that a refusal hits no other.
 */
export const MAX_RECORD_BYTES = 2 * 1024 * 1024;

/** What a record weighs in a request, to within its variable-length integers. */
export function recordSize(record: OutRecord): number {
  let bytes = 24 + sizeOf(record.key) + sizeOf(record.value);
  for (const name in record.headers) {
    bytes += name.length + Buffer.byteLength(record.headers[name] ?? "") + 4;
  }
  return bytes;
}

function sizeOf(part: string | Buffer | null): number {
  if (part === null) return 0;
  return typeof part === "string" ? Buffer.byteLength(part) : part.length;
}
