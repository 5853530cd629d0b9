import { durationMs, type StepOf } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import type { StepResult } from "./step-result.ts";

/** Lets time pass; null while it does. */
export function carryOutDelay(draft: Draft, step: StepOf<"delay">): StepResult | null {
  if (draft.state.at?.limitPassed === true) return { kind: "done", reason: `${step.for} later` };
  setLimit(draft, step.for);
  return null;
}

/** Sets the step's time limit once. */
export function setLimit(draft: Draft, duration: string): void {
  if (draft.state.at === null || draft.state.at.timer !== null) return;
  const at = draft.now + durationMs(duration);
  draft.emit({ type: "timer_set", at, armed: draft.version });
}
