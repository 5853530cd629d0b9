import type { LifecycleFact, NotificationStatus } from "@pulsecourier/contracts";
import { describe, findOrAdd, noteRedirected, type Tracked } from "./tracked.ts";

export type NotificationFact = Extract<LifecycleFact, { type: `notification.${string}` }>;

/** Later in the list wins when facts of the notification itself meet. */
const OWN_ORDER: readonly NotificationStatus[] = [
  "accepted",
  "scheduled",
  "processing",
  "suppressed",
  "failed",
  "expired",
  "cancelled",
];

/** What a fact about the notification itself changes. */
export function applyToNotification(tracked: Tracked, fact: NotificationFact): void {
  if ("summary" in fact) describe(tracked, fact.summary);
  if (fact.type === "notification.rescheduled") reschedule(tracked, fact);
  if ("error" in fact) tracked.error = fact.error;
  if (fact.type === "notification.routed") {
    for (const { id, channel, redirected } of fact.deliveries) {
      const delivery = findOrAdd(tracked, id, channel);
      noteRedirected(delivery, redirected);
      if (fact.corrects !== undefined) delivery.corrects = fact.corrects;
    }
  }
  applyHold(tracked, fact);
  const own = ownStatus(fact.type);
  if (OWN_ORDER.indexOf(own) > OWN_ORDER.indexOf(tracked.own)) tracked.own = own;
}

/** What is held stays so until what was decided at the end of its quiet hours is heard, in whatever order. */
function applyHold(tracked: Tracked, fact: NotificationFact): void {
  if (fact.type === "notification.held") {
    const { until, reason } = fact;
    const isOver = until <= (tracked.releasedUntil ?? "") || until <= (tracked.held?.until ?? "");
    const isKnown = (channel: string) => tracked.deliveries.some((one) => one.channel === channel);
    const channels = fact.channels.filter((channel) => !isKnown(channel));
    const hasEnded = tracked.own === "cancelled" || tracked.sagaOutcome !== undefined;
    if (channels.length > 0 && !isOver && !hasEnded) tracked.held = { channels, until, reason };
    return;
  }
  if (fact.type === "notification.cancelled") delete tracked.held;
  if (!("heldUntil" in fact) || fact.heldUntil === undefined) return;
  const { heldUntil } = fact;
  if (heldUntil > (tracked.releasedUntil ?? "")) tracked.releasedUntil = heldUntil;
  if (tracked.held !== undefined && tracked.held.until <= heldUntil) delete tracked.held;
}

function ownStatus(type: NotificationFact["type"]): NotificationStatus {
  switch (type) {
    case "notification.routed":
      return "processing";
    case "notification.held":
    case "notification.scheduled":
    case "notification.rescheduled":
      return "scheduled";
    case "notification.suppressed":
      return "suppressed";
    case "notification.failed":
      return "failed";
    case "notification.expired":
      return "expired";
    case "notification.cancelled":
      return "cancelled";
  }
}

/** The last wish holds, whichever is heard of last. */
function reschedule(
  tracked: Tracked,
  { at, sendAt }: Extract<NotificationFact, { type: "notification.rescheduled" }>,
): void {
  if (tracked.rescheduledAt !== undefined && tracked.rescheduledAt >= at) return;
  tracked.rescheduledAt = at;
  tracked.sendAt = sendAt;
}
