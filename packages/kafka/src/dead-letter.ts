import type { InRecord, OutRecord } from "./record.ts";

export type DeadLetterReason = "poison" | "exhausted" | "rejected";
export type DeadLetterOptions = {
  group: string;
  /** The dead-letter topic to write to. */
  topic: string;
  reason: DeadLetterReason;
  code: string;
  message: string;
};

/** The dead letter for a record: its key and value bytes untouched, its headers plus why and where from. */
export function deadLetter(record: InRecord, o: DeadLetterOptions): OutRecord {
  throw new Error(`not ready yet: ${record.topic} ${o.topic}`);
}
