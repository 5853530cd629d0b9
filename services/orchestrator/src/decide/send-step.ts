import { type Channel, durationMs, type SagaDelivery, type StepOf } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { hasReached, isLost, isOpen } from "./reached.ts";
import { registerCompensations } from "./register-compensations.ts";
import type { StepResult } from "./step-result.ts";

/**
 * Goes as far with a send step as can be gone now; null while it waits. With `first` the waves are single channels,
 * tried in turn: the next is asked for when the one before is lost or out of time. Whatever is heard meanwhile of an
 * earlier wave counts: a late receipt ends the step, and what is not yet sent of the later wave is withdrawn.
 */
export function carryOutSend(draft: Draft, step: StepOf<"send">): StepResult | null {
  const waves = wavesOf(step);
  if (draft.state.at?.wave === -1) issue(draft, step, waves[0] ?? [], "it is the first");
  return step.strategy === "first" ? tryInTurn(draft, step, waves) : awaitAll(draft, step);
}

/** The channels that are asked for together, in turn. */
export function wavesOf({ strategy, channels }: StepOf<"send">): Channel[][] {
  return strategy === "first" ? channels.map((one) => [one]) : [channels];
}

function tryInTurn(draft: Draft, step: StepOf<"send">, waves: Channel[][]): StepResult | null {
  const { at } = draft.state;
  const all = deliveriesOf(draft, step);
  const there = all.find((one) => hasReached(one, step.until));
  if (there !== undefined) {
    withdraw(draft, step.name, all.filter(isOpen), `${there.channel} was ${there.status}`);
    return { kind: "done", reason: `${there.channel} was ${there.status}` };
  }
  if (at === null || !at.routed) return null;
  const current = all.filter(({ wave }) => wave === at.wave);
  const next = waves[at.wave + 1];
  if (current.every(isLost)) {
    const reason = whyLost(draft, step, at.wave);
    if (next === undefined) return exhausted(all, reason);
    issue(draft, step, next, reason);
    return null;
  }
  if (!at.limitPassed) {
    awaitLimit(draft, step, next === undefined);
    return null;
  }
  if (next !== undefined) {
    const reason = `${waves[at.wave]?.join()} was not ${step.until} within ${step.within}`;
    withdraw(draft, step.name, current.filter(isOpen), reason);
    issue(draft, step, next, reason);
    return null;
  }
  // Nothing is left to turn to: what is on its way is all there is.
  const sent = current.find((one) => hasReached(one, "sent"));
  if (sent === undefined) return null;
  const reason = `${sent.channel} was ${sent.status}, and not ${step.until} within ${step.within}`;
  return { kind: "done", reason };
}

function awaitAll(draft: Draft, step: StepOf<"send">): StepResult | null {
  const all = deliveriesOf(draft, step);
  if (draft.state.at?.routed !== true || all.some(isOpen)) return null;
  const sent = all.filter((one) => hasReached(one, "sent")).map(({ channel }) => channel);
  if (sent.length > 0) return { kind: "done", reason: `sent through ${sent.join(", ")}` };
  return { kind: "failed", reason: whyLost(draft, step, 0) };
}

function exhausted(all: readonly SagaDelivery[], reason: string): StepResult {
  const sent = all.find((one) => hasReached(one, "sent"));
  if (sent === undefined) return { kind: "failed", reason };
  return { kind: "done", reason: `${sent.channel} was ${sent.status}, and no channel is left` };
}

function issue(draft: Draft, step: StepOf<"send">, channels: Channel[], reason: string): void {
  const wave = (draft.state.at?.wave ?? -1) + 1;
  registerCompensations(draft, step, { wave, channels });
  draft.emit({ type: "wave_issued", step: step.name, wave, channels, reason });
}

/** The last channel has all the time it takes to be sent. */
function awaitLimit(draft: Draft, step: StepOf<"send">, isLast: boolean): void {
  const { at } = draft.state;
  if (at === null || at.timer !== null || (isLast && step.until === "sent")) return;
  const due = draft.now + durationMs(step.within);
  draft.emit({ type: "timer_set", at: due, armed: draft.version });
}

/** Keeps deliveries from being sent that are not yet. */
export function withdraw(
  draft: Draft,
  step: string,
  open: readonly SagaDelivery[],
  reason: string,
): void {
  if (open.length === 0) return;
  const deliveries = open.map(({ id, channel }) => ({ id, channel }));
  draft.emit({ type: "withdrawn", step, deliveries, reason });
}

function deliveriesOf({ state }: Draft, step: StepOf<"send">): SagaDelivery[] {
  return state.deliveries.filter((one) => one.step === step.name);
}

function whyLost({ state }: Draft, step: StepOf<"send">, wave: number): string {
  const lost = state.deliveries
    .filter((one) => one.step === step.name && one.wave === wave)
    .map(({ channel, status, error }) => `${channel}: ${error?.code ?? status}`);
  const asked = step.strategy === "first" ? [step.channels[wave]] : step.channels;
  const skipped = state.skipped
    .filter((one) => one.step === step.name && asked.includes(one.channel))
    .map(({ channel, error }) => `${channel}: ${error.code}`);
  return [...lost, ...skipped].join(", ");
}
