import {
  acceptedAtOf,
  type DeliveryView,
  type LifecycleFact,
  type NotificationStatus,
  type NotificationSummary,
  type NotificationView,
  type SagaOutcome,
} from "@pulsecourier/contracts";

export type TrackedDelivery = DeliveryView & { redrive: number; bouncedAt?: string };

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

/** A fact may overtake the one that describes the notification; its id still tells when it was accepted. */
export function unknownNotification(fact: LifecycleFact): Tracked {
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

/** As deep as anything below changes; a structured clone costs more than all the rest. */
export function copyOf(tracked: Tracked): Tracked {
  return { ...tracked, deliveries: tracked.deliveries.map((delivery) => ({ ...delivery })) };
}

/** Takes over what the summary of a fact says of its notification. */
export function describe(tracked: Tracked, summary: NotificationSummary): void {
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

/** The delivery of a notification; one not heard of before is added. */
export function findOrAdd(
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

export function noteRedirected(
  delivery: TrackedDelivery,
  redirected: DeliveryView["redirected"],
): void {
  if (redirected !== undefined) delivery.redirected = redirected;
}
