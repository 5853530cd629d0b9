import type { Channel, Compensation, SagaDelivery } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { isLost, isOpen } from "./reached.ts";

type Retraction = Extract<Compensation, { kind: "retract" }>;

/** Of all channels only an inbox is ours: what is in it can be taken out again. */
export function canBeUndone(channel: Channel): boolean {
  return channel === "inapp";
}

/**
 * Undoes what was done, newest first. What is on its way is waited for, since it may have left the moment it was
 * forbidden. True once nothing is left to undo.
 */
export function compensate(draft: Draft): boolean {
  const left = draft.state.compensations.filter(({ status }) => status === "registered");
  for (const one of left.toReversed()) {
    if (one.kind === "release") {
      draft.emit({ type: "reservation_closed", step: one.step, how: "released" });
      continue;
    }
    const delivery = deliveryOf(draft, one);
    const isAwaited = delivery === undefined ? isUnrouted(draft, one) : isOpen(delivery);
    if (isAwaited) return false;
    const { step, wave, channel } = one;
    const id = delivery === undefined || isLost(delivery) ? null : delivery.id;
    draft.emit({ type: "compensated", step, wave, channel, id });
  }
  return true;
}

function deliveryOf({ state }: Draft, { step, channel }: Retraction): SagaDelivery | undefined {
  return state.deliveries.find((one) => one.step === step && one.channel === channel);
}

function isUnrouted({ state: { at } }: Draft, { step, wave }: Retraction): boolean {
  return at?.step === step && at.wave === wave && !at.routed;
}
