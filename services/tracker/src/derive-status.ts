import type { DeliveryStatus, NotificationStatus, SagaOutcome } from "@pulsecourier/contracts";

const REACHED: readonly DeliveryStatus[] = ["sent", "delivered", "read"];
const ENDED: readonly DeliveryStatus[] = [...REACHED, "failed", "cancelled", "expired"];

/**
 * A notification's status from those of its deliveries. `own` is what was said of the notification itself: it
 * stands while there are no deliveries; an acknowledged cancel stands until a delivery turns out to have left. What is
 * held in quiet hours comes to more deliveries, or to none, later.
 */
export function deriveStatus(
  own: NotificationStatus,
  deliveries: readonly DeliveryStatus[],
  isHeld: boolean,
): NotificationStatus {
  if (deliveries.length === 0) return isHeld ? "scheduled" : own;
  const reached = deliveries.filter((status) => REACHED.includes(status));
  if (own === "cancelled" && reached.length === 0) return "cancelled";
  if (isHeld || !deliveries.every((status) => ENDED.includes(status))) return "processing";
  if (reached.length === 0) return sameEnd(deliveries);
  if (reached.length < deliveries.length) return "partial";
  if (reached.includes("read")) return "read";
  return reached.every((status) => status === "delivered") ? "delivered" : "sent";
}

function sameEnd(deliveries: readonly DeliveryStatus[]): NotificationStatus {
  if (deliveries.every((status) => status === "cancelled")) return "cancelled";
  if (deliveries.every((status) => status === "expired")) return "expired";
  return "failed";
}

const END_OF: Record<SagaOutcome, NotificationStatus> = {
  completed: "sent",
  failed: "failed",
  suppressed: "suppressed",
  expired: "expired",
  cancelled: "cancelled",
  compensation_failed: "failed",
};

/**
 * The status of a notification that a saga carries out. Until the saga has ended more may be sent, whatever became of
 * the deliveries so far; then the delivery that got furthest says what it is.
 */
export function deriveSagaStatus(
  own: NotificationStatus,
  deliveries: readonly DeliveryStatus[],
  outcome: SagaOutcome | undefined,
): NotificationStatus {
  const reached = deliveries.filter((status) => REACHED.includes(status));
  if (own === "cancelled" && reached.length === 0) return "cancelled";
  if (outcome === undefined) return "processing";
  if (reached.length === 0) return END_OF[outcome];
  // Something had been sent before it failed or was cancelled.
  if (outcome !== "completed") return "partial";
  if (reached.includes("read")) return "read";
  return reached.includes("delivered") ? "delivered" : "sent";
}
