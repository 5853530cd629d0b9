import {
  type Compensation,
  type DeliveryCompensation,
  ERRORS,
  type FactError,
  isOfDelivery,
  type SagaDelivery,
  type SagaInput,
} from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { elsewhere } from "./register-compensations.ts";
import { hasReached, isLost, isOpen, isUnanswered } from "./reached.ts";

/** Waves that undo something are counted from here. */
const COMPENSATING = 100;

/**
 * Undoes what was done, newest first. What is on its way is waited for, since it may have left the moment it was
 * forbidden; nothing else waits for that, and no compensation for another. True once nothing is left to undo.
 */
export function compensate(draft: Draft): boolean {
  const { compensations } = draft.state;
  for (const [index, one] of [...compensations.entries()].toReversed()) {
    if (!isOfDelivery(one)) release(draft, one);
    else if (one.status === "registered") begin(draft, one, COMPENSATING + index);
    else if (one.status === "running") settleSent(draft, one);
  }
  return !draft.state.compensations.some(isLeft);
}

function isLeft({ status }: Compensation): boolean {
  return status === "registered" || status === "running";
}

function release(draft: Draft, { step, status }: Pick<Compensation, "step" | "status">): void {
  if (status === "registered") draft.emit({ type: "reservation_closed", step, how: "released" });
}

function begin(draft: Draft, one: DeliveryCompensation, sentAs: number): void {
  const which = nameOf(one);
  const made = draft.state.deliveries.filter((delivery) => isUndoneBy(draft, one, delivery));
  if (isUnrouted(draft, one) || made.some(isOpen)) return;
  const sent = made.find(mayHaveArrived);
  if (sent === undefined) draft.emit({ type: "compensated", ...which, id: null });
  else if (one.kind === "retract") draft.emit({ type: "compensated", ...which, id: sent.id });
  else draft.emit({ type: "compensation_issued", ...which, of: sent.id, sentAs });
}

/** What became of the message that undoes. */
function settleSent(draft: Draft, one: DeliveryCompensation): void {
  const sent = draft.state.deliveries.find(
    ({ step, wave }) => step === one.step && wave === one.sentAs,
  );
  if (sent === undefined || isOpen(sent)) return;
  if (hasReached(sent, "sent")) {
    draft.emit({ type: "compensated", ...nameOf(one), id: sent.id });
  } else {
    const error = sent.error ?? failure(`The message that undoes it is ${sent.status}.`);
    draft.emit({ type: "compensation_failed", ...nameOf(one), error });
  }
}

type Routed = Extract<SagaInput, { type: "routed" }>;

/** Takes the router's answer to a message that undoes; false when it is about another wave. */
export function takeCorrection(draft: Draft, routed: Routed): boolean {
  const { step, wave, deliveries, skipped, end } = routed;
  const one = draft.state.compensations
    .filter(isOfDelivery)
    .find((each) => each.step === step && each.sentAs === wave);
  if (one === undefined) return false;
  if (!isUnanswered(draft.state, { step, wave })) return true;
  draft.emit({ type: "wave_routed", step, wave, deliveries, skipped });
  const [refused] = skipped;
  if (deliveries.length > 0) return true;
  if (refused === undefined || refused.error.code === "channel_not_in_template") {
    const error = end?.error ?? refused?.error ?? failure(`It is ${end?.outcome ?? "not sent"}.`);
    draft.emit({ type: "compensation_failed", ...nameOf(one), error });
  } else draft.emit({ type: "compensated", ...nameOf(one), id: null, error: refused.error });
  return true;
}

function nameOf({ step, wave, channel, kind }: DeliveryCompensation) {
  return { step, wave, channel, kind };
}

/** What is corrected through a channel the step did not use is anything the step sent. */
function isUndoneBy({ saga }: Draft, one: DeliveryCompensation, delivery: SagaDelivery): boolean {
  if (delivery.step !== one.step || delivery.wave >= COMPENSATING || delivery.wave < 0)
    return false;
  const isOwn = delivery.channel === one.channel && delivery.wave === one.wave;
  return isOwn || isElsewhere(saga.definition, one);
}

function isElsewhere(
  { steps }: Draft["saga"]["definition"],
  { step: name, channel, kind }: DeliveryCompensation,
): boolean {
  const step = steps.find((each) => each.name === name);
  return kind === "correct" && step?.type === "send" && elsewhere(step).includes(channel);
}

/** Of a call whose outcome is unknown nobody can say that it did not arrive. */
function mayHaveArrived(delivery: SagaDelivery): boolean {
  return !isLost(delivery) || delivery.error?.code === "outcome_unknown";
}

function isUnrouted({ saga, state }: Draft, one: DeliveryCompensation): boolean {
  if (isUnanswered(state, one)) return true;
  return isElsewhere(saga.definition, one) && state.unrouted.some(({ step }) => step === one.step);
}

function failure(message: string): FactError {
  return { code: "compensation_failed", class: ERRORS.compensation_failed.class, message };
}
