import type { Channel } from "@pulsecourier/contracts";
import type { SagaKind } from "./sagas.ts";

/**
 * What became of sending one message, as its sender knows it: `ok`, it was accepted; `failed`, it was refused;
 * `unknown`, no answer came or none that says, so it may have been accepted or not.
 */
export type SendRecord = {
  recipient: string;
  /** Whose it is; the default tenant's when left out. */
  tenant?: string;
  channels: readonly Channel[];
  result: "ok" | "failed" | "unknown";
  /** As the gateway named it; none for what went as an event. */
  notificationId?: string;
  event?: EventName;
  /** Set when it takes several steps. */
  saga?: SagaKind;
  cancel?: "asked" | "acknowledged";
  /** Channels of a saga that had sent when its cancel was acknowledged. */
  kept?: readonly Channel[];
  /** What was answered instead of an acceptance. */
  detail?: string;
};

/** An event by what makes it the same one again, and the rule that makes a notification of it. */
export type EventName = { source: string; id: string; rule: string };

/** One record for each message: a later one says more about the same. */
export function latestRecords(records: readonly SendRecord[]): SendRecord[] {
  return [...new Map(records.map((record) => [record.recipient, record])).values()];
}
