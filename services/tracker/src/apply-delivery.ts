import {
  type DeliveryPosition,
  type DeliveryStatus,
  isAhead,
  type LifecycleFact,
} from "@pulsecourier/contracts";
import { findOrAdd, noteRedirected, type Tracked, type TrackedDelivery } from "./tracked.ts";

export type DeliveryFact = Extract<LifecycleFact, { type: `delivery.${string}` }>;

/** Facts that change what a delivery is; the others only stand in its timeline. */
type StatusFact = Exclude<DeliveryFact, { type: "delivery.failed_over" }>;

const STATUS_OF: Record<StatusFact["type"], DeliveryStatus> = {
  "delivery.sent": "sent",
  "delivery.retrying": "retrying",
  "delivery.waiting": "waiting",
  "delivery.unknown": "unknown",
  "delivery.failed": "failed",
  "delivery.cancelled": "cancelled",
  "delivery.expired": "expired",
  "delivery.redriven": "pending",
  "delivery.delivered": "delivered",
  "delivery.read": "read",
  "delivery.bounced": "failed",
  "delivery.complained": "delivered",
};

/** What a fact about a delivery changes: facts of before its position change nothing but what stays true. */
export function applyToDelivery(tracked: Tracked, fact: DeliveryFact): void {
  const delivery = findOrAdd(tracked, fact.deliveryId, fact.channel);
  noteRedirected(delivery, fact.redirected);
  if (fact.type === "delivery.failed_over") return;
  const position = positionOf(fact);
  const ahead = isAhead(position, delivery);
  delivery.attempts = Math.max(delivery.attempts, fact.attempt);
  // When and by whom it was sent stays true even if `read` was heard of first.
  if (fact.type === "delivery.sent") Object.assign(delivery, sending(fact));
  noteDelivered(delivery, fact);
  if (!ahead) return;
  delivery.status = position.status;
  delivery.redrive = fact.redrive;
  delete delivery.bouncedAt;
  if (position.bouncedAt !== undefined) delivery.bouncedAt = position.bouncedAt;
  // A receipt may come from an account whose call was given up: who sent it is said by those who send.
  if ("provider" in fact && !("reportedAt" in fact) && fact.provider !== undefined)
    delivery.provider = fact.provider;
  if ("error" in fact) delivery.error = fact.error;
  else delete delivery.error;
}

function positionOf(
  fact: Exclude<DeliveryFact, { type: "delivery.failed_over" }>,
): DeliveryPosition {
  const position = { redrive: fact.redrive, attempts: fact.attempt, status: STATUS_OF[fact.type] };
  return fact.type === "delivery.bounced"
    ? { ...position, bouncedAt: fact.reportedAt ?? fact.at }
    : position;
}

/** The earliest time told, and never before it was sent: a provider's clock is another one, and coarser. */
function noteDelivered(delivery: TrackedDelivery, fact: DeliveryFact): void {
  if (fact.type === "delivery.delivered") {
    const told = fact.reportedAt ?? fact.at;
    if (delivery.deliveredAt === undefined || told < delivery.deliveredAt)
      delivery.deliveredAt = told;
  }
  const { sentAt, deliveredAt } = delivery;
  if (sentAt !== undefined && deliveredAt !== undefined && deliveredAt < sentAt)
    delivery.deliveredAt = sentAt;
}

function sending({
  provider,
  providerMessageId,
  at,
}: Extract<DeliveryFact, { type: "delivery.sent" }>) {
  return {
    provider,
    sentAt: at,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
  };
}
