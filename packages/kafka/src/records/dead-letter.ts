import {
  HEADER_ERROR_CODE,
  HEADER_ERROR_MESSAGE,
  HEADER_ORIGIN,
  HEADER_REASON,
} from "./headers.ts";
import type { InRecord, OutRecord } from "./record.ts";

/** Why a record ends as a dead letter. */
export type DeadLetterReason = "poison" | "exhausted" | "rejected";

export type DeadLetterOptions = {
  group: string;
  /** The dead-letter topic to write to. */
  topic: string;
  reason: DeadLetterReason;
  /** Code from the error catalogue. */
  code: string;
  /** What was wrong; cut to 1 KiB of UTF-8. */
  message: string;
};

const MAX_MESSAGE_BYTES = 1_024;

/**
 * The dead letter for a record: key and value bytes untouched, headers kept, and added why and
 * where from. Commit the record only after the dead letter is acknowledged.
 */
export function deadLetter(record: InRecord, o: DeadLetterOptions): OutRecord {
  const origin = {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestamp,
    group: o.group,
  };
  return {
    topic: o.topic,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      [HEADER_ORIGIN]: JSON.stringify(origin),
      [HEADER_REASON]: o.reason,
      [HEADER_ERROR_CODE]: o.code,
      [HEADER_ERROR_MESSAGE]: cut(o.message),
    },
  };
}

/** At most 1 KiB, never ending inside a character. */
function cut(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= MAX_MESSAGE_BYTES) return message;
  let end = MAX_MESSAGE_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
