import {
  acceptedAtOf,
  type DeliveryStatus,
  type DeliveryView,
  type LifecycleFact,
  type NotificationStatus,
  type NotificationSummary,
  type NotificationView,
  type SagaOutcome,
} from "@pulsecourier/contracts";
import { type DeliveryPosition, isAhead } from "./delivery-order.ts";
import { deriveSagaStatus, deriveStatus } from "./derive-status.ts";

type TrackedDelivery = DeliveryView & { redrive: number; bouncedAt?: string };
/** What is stored of a notification: its view, and what deciding the next status needs. */
export type Tracked = Omit<NotificationView, "deliveries"> & {
  own: NotificationStatus;
  deliveries: TrackedDelivery[];
  /** When it was last given another `sendAt`. */
  rescheduledAt?: string;
  /** How its saga ended. */
  sagaOutcome?: SagaOutcome;
  /** Until when it was held that was decided anew. */
  releasedUntil?: string;
};

type NotificationFact = Extract<LifecycleFact, { type: `notification.${string}` }>;
type SagaFact = Extract<LifecycleFact, { type: `saga.${string}` }>;
type DeliveryFact = Exclude<LifecycleFact, NotificationFact | SagaFact>;

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

/** The notification after a fact. Facts may come in any order and more than once; the result is the same. */
export function applyFact(before: Tracked | null, fact: LifecycleFact): Tracked {
  const tracked = before === null ? unknownNotification(fact) : copyOf(before);
  if (isOfNotification(fact)) applyToNotification(tracked, fact);
  else if (isOfSaga(fact)) applyToSaga(tracked, fact);
  else applyToDelivery(tracked, fact);
  const statuses = tracked.deliveries.map((delivery) => delivery.status);
  tracked.status =
    tracked.saga === undefined
      ? deriveStatus(tracked.own, statuses, tracked.held !== undefined)
      : deriveSagaStatus(ownOf(tracked), statuses, tracked.sagaOutcome);
  if (fact.at > tracked.updatedAt) tracked.updatedAt = fact.at;
  return tracked;
}

/** A cancel that came when another notification already carried this one's item was too late. */
function ownOf({ own, carriedBy }: Tracked): NotificationStatus {
  return own === "cancelled" && carriedBy !== undefined ? "processing" : own;
}

/** As deep as anything below changes; a structured clone costs more than all the rest. */
function copyOf(tracked: Tracked): Tracked {
  return { ...tracked, deliveries: tracked.deliveries.map((delivery) => ({ ...delivery })) };
}

function isOfNotification(fact: LifecycleFact): fact is NotificationFact {
  return fact.type.startsWith("notification.");
}

function isOfSaga(fact: LifecycleFact): fact is SagaFact {
  return fact.type.startsWith("saga.");
}

function applyToSaga(tracked: Tracked, fact: SagaFact): void {
  tracked.saga = fact.sagaId;
  if (fact.type === "saga.started") describe(tracked, fact.summary);
  if (fact.type !== "saga.ended") return;
  tracked.sagaOutcome = fact.outcome;
  delete tracked.held;
  if (fact.error !== undefined) tracked.error = fact.error;
  if (fact.carriedBy !== undefined) tracked.carriedBy = fact.carriedBy;
}

/** A fact may overtake the one that describes the notification; its id still tells when it was accepted. */
function unknownNotification(fact: LifecycleFact): Tracked {
  const createdAt = new Date(acceptedAtOf(fact.notificationId)).toISOString();
  return {
    id: fact.notificationId,
    eventId: "",
    status: "accepted",
    own: "accepted",
    createdAt,
    updatedAt: createdAt,
    deliveries: [],
  };
}

function applyToNotification(tracked: Tracked, fact: NotificationFact): void {
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

function describe(tracked: Tracked, summary: NotificationSummary): void {
  const {
    eventId,
    recipient,
    category,
    lane,
    template,
    rule,
    workflow,
    sendAt,
    expiresAt,
    sandbox,
    metadata,
    saga = tracked.saga,
  } = summary;
  Object.assign(tracked, {
    eventId,
    recipient,
    category,
    lane,
    template,
    rule,
    workflow,
    ...(tracked.rescheduledAt === undefined && { sendAt }),
    expiresAt,
    sandbox,
    metadata,
    saga,
  });
}

function applyToDelivery(tracked: Tracked, fact: DeliveryFact): void {
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

function noteRedirected(delivery: TrackedDelivery, redirected: DeliveryView["redirected"]): void {
  if (redirected !== undefined) delivery.redirected = redirected;
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

function findOrAdd(
  tracked: Tracked,
  id: string,
  channel: DeliveryView["channel"],
): TrackedDelivery {
  const known = tracked.deliveries.find((delivery) => delivery.id === id);
  if (known !== undefined) return known;
  const added: TrackedDelivery = { id, channel, status: "pending", attempts: 0, redrive: 0 };
  tracked.deliveries.push(added);
  return added;
}
