import type { NewSuppression, NewTimer, SuppressibleAddress } from "@pulsecourier/db";
import type { Producer } from "@pulsecourier/kafka";
import type { FollowUps } from "./follow-ups.ts";
import type { Steady } from "./steady.ts";

/** Where follow-ups go. */
export type FollowUpSinks = {
  producer: Pick<Producer, "send">;
  insertTimers: (timers: readonly NewTimer[]) => Promise<void>;
  suppress: (addresses: readonly NewSuppression[]) => Promise<void>;
  noteContacts: (addresses: readonly SuppressibleAddress[]) => Promise<void>;
  steady: Steady;
};

/** Resolves when all of it is acknowledged; the records, which finish what they came from, last. */
export async function writeFollowUps(
  all: Partial<FollowUps> & Pick<FollowUps, "records">,
  { steady, insertTimers, suppress, noteContacts, producer }: FollowUpSinks,
): Promise<void> {
  const { records, timers = [], suppressions = [], contacts = [] } = all;
  if (timers.length > 0) await steady("inserting timers", () => insertTimers(timers));
  if (suppressions.length > 0) await steady("suppressing", () => suppress(suppressions));
  if (contacts.length > 0) await steady("noting contacts", () => noteContacts(contacts));
  await steady("writing facts", () => producer.send(records));
}
