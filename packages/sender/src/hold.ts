import type { DeliveryRecord, LifecycleFact } from "@pulsecourier/contracts";
import type { NewTimer } from "@pulsecourier/db";
import { HEADER_FIRST_AT, HEADER_NOT_BEFORE } from "@pulsecourier/kafka";
import type { FollowUpOptions, FollowUps } from "./follow-ups.ts";
import type { Facts } from "./facts.ts";
import { HEADER_WAITS, MAX_COUNT } from "./parse-work.ts";
import type { Step } from "./step.ts";
import type { Work } from "./work.ts";

/** Why a delivery is held back: it goes on when one of these stops is lifted. */
export type Hold = { stops: readonly string[]; reason: string };

/** A delivery that is held, since `ms` (since 1970). */
export type Held = { work: Work; hold: Hold; ms: number };

/** What is held comes back this long after it expired, ms: by then it has by every clock. */
const PAST_EXPIRY_MS = 1_000;
/** What never expires is looked at again after this long, ms. */
const LONGEST_HOLD_MS = 365 * 86_400_000;

/** An attempt that is claimed and may not be made now. */
export function holdStep(delivery: DeliveryRecord, hold: Hold, now: number): Step {
  return { kind: "hold", hold, delayMs: dueAt(delivery, now) - now };
}

/** Facts and timers of deliveries that are held. */
export function heldFollowUps(
  held: readonly Held[],
  o: FollowUpOptions,
): Pick<FollowUps, "records" | "timers"> {
  return {
    records: held.map((one) => o.facts.record(heldFact(one, o.facts), one.work.task.record)),
    timers: held.map((one) => heldTimer(one, o)),
  };
}

/** The same stops hold the same attempt once, however often it comes back meanwhile. */
export function heldFact(
  { work, hold, ms }: Held,
  facts: Pick<Facts, "about">,
): Extract<LifecycleFact, { type: "delivery.waiting" }> {
  const type = "delivery.waiting";
  const { redrive, attempt } = work;
  const stops = [...hold.stops];
  const about = facts.about(type, work.delivery, { redrive, attempt, stops, ms });
  return { type, ...about, reason: hold.reason, stops };
}

/** Brings the record back as it is, when a stop is lifted or the delivery has expired. */
export function heldTimer({ work, hold, ms }: Held, o: FollowUpOptions): NewTimer {
  const { delivery } = work;
  const { record } = work.task;
  const { [HEADER_NOT_BEFORE]: _notBefore, ...kept } = record.headers;
  // What was claimed comes back as after a wait, which tells its hops apart, and the passes over its devices.
  const claimed = work.leaseUntil > 0 || work.devices !== null;
  const waits: Record<string, string> = claimed
    ? { [HEADER_WAITS]: String(Math.min(work.waits + 1, MAX_COUNT)) }
    : {};
  return {
    id: o.facts.heldId(delivery, record),
    tenant: delivery.tenant,
    dueAt: new Date(dueAt(delivery, ms)),
    topic: o.names.deliveries(o.channel, delivery.lane),
    key: record.key === null ? null : record.key.toString(),
    headers: {
      ...kept,
      ...waits,
      [HEADER_FIRST_AT]: kept[HEADER_FIRST_AT] ?? String(record.timestamp),
    },
    value: record.value ?? Buffer.alloc(0),
    heldBy: hold.stops,
  };
}

function dueAt({ expiresAt }: DeliveryRecord, now: number): number {
  return expiresAt === undefined ? now + LONGEST_HOLD_MS : expiresAt + PAST_EXPIRY_MS;
}
