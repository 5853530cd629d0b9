import {
  type Channel,
  type DeliveryStatus,
  hasEnded,
  type NotificationView,
} from "@pulsecourier/contracts";
import type { LedgerState } from "./cancel-store.ts";

type Delivery = { id: string; channel: Channel };
type Named = { deliveryId: string; channel: Channel };
type Tracked = Pick<NotificationView, "status" | "saga" | "held"> & {
  deliveries: Pick<
    NotificationView["deliveries"][number],
    "id" | "channel" | "status" | "corrects"
  >[];
};

export type CancelDecision =
  | { kind: "cancelled"; cancelled: Named[]; alreadySent: Named[] }
  | { kind: "too_late" };

type Fate = "cancelled" | "left" | "ended";

const ENDED_WHOLE: readonly NotificationView["status"][] = ["suppressed", "failed", "expired"];

/**
 * What a tombstone, already committed, prevents. `tracked` is null before the first fact; `derived` are the
 * deliveries the notification may have, `ledger` the states of those a sender has claimed. A provider call that is
 * running counts as sent: nothing can call it back.
 */
export function decideCancel(
  tracked: Tracked | null,
  derived: readonly Delivery[],
  ledger: ReadonlyMap<string, LedgerState>,
): CancelDecision {
  // Corrections are what a cancel leads to.
  const known = (tracked?.deliveries ?? []).filter(({ corrects }) => corrects === undefined);
  const routed = known.length > 0;
  if (!routed && tracked !== null && ENDED_WHOLE.includes(tracked.status))
    return { kind: "too_late" };
  // A saga's later deliveries may be claimed before the tracker has heard of them.
  const claimed = derived
    .filter(({ id }) => ledger.has(id) && !known.some((one) => one.id === id))
    .map((one) => ({ ...one, status: undefined }));
  const fates = [...known, ...claimed].map((one) => ({
    one,
    fate: fateOf(one.status, ledger.get(one.id)),
  }));
  const withFate = (wanted: Fate) =>
    fates
      .filter(({ fate }) => fate === wanted)
      .map(({ one }) => ({ deliveryId: one.id, channel: one.channel }));
  const cancelled = withFate("cancelled");
  // A saga that has not ended, and what quiet hours hold, may have more in mind than it has asked for.
  // Before the tracker knows all deliveries, there may be more than the ledger shows.
  const mayGoOn =
    (tracked?.saga !== undefined || tracked?.held !== undefined) && !hasEnded(tracked.status);
  if (routed && cancelled.length === 0 && !mayGoOn) return { kind: "too_late" };
  // What a saga's wave comes to gets ids of its own when it is made.
  const waiting = tracked?.saga === undefined ? tracked?.held?.channels : undefined;
  const held = derived.filter(({ channel }) => waiting?.includes(channel));
  const forbidden = held.map(({ id, channel }) => ({ deliveryId: id, channel }));
  return {
    kind: "cancelled",
    cancelled: [...cancelled, ...forbidden],
    alreadySent: withFate("left"),
  };
}

function fateOf(status: DeliveryStatus | undefined, state: LedgerState | undefined): Fate {
  switch (state) {
    case "sent":
    case "calling":
      return "left";
    case "failed":
    case "expired":
      return "ended";
    case "cancelled":
      return "cancelled";
    default:
      break;
  }
  switch (status) {
    case "sent":
    case "delivered":
    case "read":
      return "left";
    case "failed":
    case "expired":
      return "ended";
    default:
      return "cancelled";
  }
}
