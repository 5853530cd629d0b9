import { nextOpening } from "@pulsecourier/calendar";
import { durationMs, MAX_DURATION_MS, type StepOf, timeMs } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { factsOf } from "./saga-facts.ts";
import type { StepResult } from "./step-result.ts";

/** Lets time pass; null while it does. Nothing waits longer than `MAX_DURATION_MS`. */
export function carryOutDelay(draft: Draft, step: StepOf<"delay">): StepResult | null {
  const { at } = draft.state;
  if (at === null || at.timer !== null) return null;
  const { for: duration, opening } = step;
  if (at.limitPassed) {
    return done(duration === undefined ? "its time has come" : `${duration} later`);
  }
  const due = dueOf(draft, step);
  if (Number.isNaN(due)) return done("the event gives no time to wait for");
  if (due <= draft.now) return done(opening === undefined ? "its time had come" : "it is open");
  const last = draft.now + MAX_DURATION_MS;
  draft.emit({ type: "timer_set", at: Math.min(due, last), armed: draft.version });
  return null;
}

function done(reason: string): StepResult {
  return { kind: "done", reason };
}

/** ms since 1970; NaN where the event gives none. */
function dueOf(draft: Draft, { for: duration, until, opening }: StepOf<"delay">): number {
  const { now, saga } = draft;
  if (duration !== undefined) return now + durationMs(duration);
  if (opening !== undefined) {
    return nextOpening(opening, opening.timezone ?? saga.request.timezone ?? "UTC", now);
  }
  return until === undefined ? Number.NaN : timeOf(draft, until);
}

function timeOf(draft: Draft, until: string): number {
  const literal = timeMs(until);
  if (!Number.isNaN(literal)) return literal;
  const result = draft.conditions(until, factsOf(draft));
  const value = result.kind === "value" ? result.value : null;
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? timeMs(value) : Number.NaN;
}

/** Sets the step's time limit once. */
export function setLimit(draft: Draft, duration: string): void {
  if (draft.state.at === null || draft.state.at.timer !== null) return;
  const at = draft.now + durationMs(duration);
  draft.emit({ type: "timer_set", at, armed: draft.version });
}
