import type { StepOf } from "@pulsecourier/contracts";
import { setLimit } from "./delay-step.ts";
import type { Draft } from "./draft.ts";
import { hasReached, isLost } from "./reached.ts";
import type { StepResult } from "./step-result.ts";

/** Waits for what an earlier step sent; null while it does. What cannot come any more is not waited for. */
export function carryOutWait(draft: Draft, step: StepOf<"wait">): StepResult | null {
  const { at, deliveries } = draft.state;
  const awaited = deliveries.filter((one) => one.step === step.for);
  const there = awaited.find((one) => hasReached(one, step.until));
  if (there !== undefined) return { kind: "done", reason: `${there.channel} was ${there.status}` };
  const to = step.otherwise;
  if (awaited.every(isLost)) return { kind: "done", reason: `${step.for} reached nobody`, to };
  if (at?.limitPassed === true) {
    return { kind: "done", reason: `${step.for} was not ${step.until} within ${step.within}`, to };
  }
  setLimit(draft, step.within);
  return null;
}
