import {
  deadLetter,
  HEADER_REDRIVE,
  HEADER_ATTEMPT,
  type InRecord,
  type OutRecord,
} from "@pulsecourier/kafka";
import type { FollowUpOptions } from "./follow-ups.ts";
import type { DeliveryNames } from "./parse-work.ts";
import { factError } from "./step.ts";

/** What is written of a record that is no delivery: a dead letter, and a failure when it names one of our ids. */
export function poisonRecords(
  record: InRecord,
  o: FollowUpOptions & { detail: string; delivery: DeliveryNames | null; now: number },
): OutRecord[] {
  const error = factError("malformed_record", o.detail.slice(0, 500));
  const letter = deadLetter(record, {
    group: o.group,
    topic: o.names.dlq(record.topic),
    reason: "poison",
    code: error.code,
    message: error.message,
  });
  if (o.delivery === null || !o.facts.derives(o.delivery)) return [letter];
  const at = {
    redrive: count(record, HEADER_REDRIVE, 0),
    attempt: count(record, HEADER_ATTEMPT, 1),
    ms: o.now,
  };
  const type = "delivery.failed";
  const failed = { type, ...o.facts.about(type, o.delivery, at), error } as const;
  return [letter, o.facts.record(failed, record)];
}

function count(record: InRecord, header: string, otherwise: number): number {
  const value = Number(record.headers[header] ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
}
