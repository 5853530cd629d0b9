import {
  type DeliveryStatus,
  REPORTING_PROVIDERS,
  type SagaDelivery,
  type SagaState,
  type Until,
} from "@pulsecourier/contracts";

const REACHED: readonly DeliveryStatus[] = ["sent", "delivered", "read"];
const LOST: readonly DeliveryStatus[] = ["failed", "cancelled", "expired"];

/** It got as far as `until`. Through a provider that reports nothing, what was sent counts as delivered. */
export function hasReached(
  { status, provider }: Pick<SagaDelivery, "status" | "provider">,
  until: Until,
): boolean {
  if (until === "sent") return REACHED.includes(status);
  if (until === "read") return status === "read";
  if (status === "sent") return provider !== undefined && !REPORTING_PROVIDERS.includes(provider);
  return status === "delivered" || status === "read";
}

/** It will not reach anybody any more. */
export function isLost({ status }: Pick<SagaDelivery, "status">): boolean {
  return LOST.includes(status);
}

/** It may still be sent. */
export function isOpen(delivery: Pick<SagaDelivery, "status">): boolean {
  return !isLost(delivery) && !hasReached(delivery, "sent");
}

/** The router has been asked for this wave and has not answered. */
export function isUnanswered(
  { unrouted }: Pick<SagaState, "unrouted">,
  of: { step: string; wave: number | undefined },
): boolean {
  return unrouted.some(({ step, wave }) => step === of.step && wave === of.wave);
}
