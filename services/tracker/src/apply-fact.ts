import type { LifecycleFact, NotificationStatus } from "@pulsecourier/contracts";
import { applyToDelivery } from "./apply-delivery.ts";
import { applyToNotification, type NotificationFact } from "./apply-notification.ts";
import { applyToSaga, type SagaFact } from "./apply-saga.ts";
import { deriveSagaStatus, deriveStatus } from "./derive-status.ts";
import { copyOf, type Tracked, unknownNotification } from "./tracked.ts";

/** The notification after a fact. Facts may come in any order and more than once; the result is the same. */
export function applyFact(before: Tracked | null, fact: LifecycleFact): Tracked {
  const tracked = before === null ? unknownNotification(fact) : copyOf(before);
  if (isOfNotification(fact)) applyToNotification(tracked, fact);
  else if (isOfSaga(fact)) applyToSaga(tracked, fact);
  else applyToDelivery(tracked, fact);
  // What was taken back has reached nobody.
  const statuses = tracked.deliveries.map(({ status, retractedAt }) =>
    retractedAt === undefined ? status : "cancelled",
  );
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

function isOfNotification(fact: LifecycleFact): fact is NotificationFact {
  return fact.type.startsWith("notification.");
}

function isOfSaga(fact: LifecycleFact): fact is SagaFact {
  return fact.type.startsWith("saga.");
}
