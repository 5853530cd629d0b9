import type { StepOf } from "@pulsecourier/contracts";
import { awaitEvent } from "./await-event.ts";
import { setLimit } from "./delay-step.ts";
import type { Draft } from "./draft.ts";
import { hasReached, isLost } from "./reached.ts";
import type { StepResult } from "./step-result.ts";

/**
 * Waits for an event, or for what an earlier step sent; null while it does. What cannot come any more is not waited
 * for.
 */
export function carryOutWait(draft: Draft, step: StepOf<"wait">): StepResult | null {
  const { event, until = "sent", otherwise: to } = step;
  if (event !== undefined) return awaitEvent(draft, { ...step, event });
  const { at, deliveries } = draft.state;
  const awaited = deliveries.filter((one) => one.step === step.for);
  const there = awaited.find((one) => hasReached(one, until));
  if (there !== undefined) return { kind: "done", reason: `${there.channel} was ${there.status}` };
  if (awaited.every(isLost)) return { kind: "done", reason: `${step.for} reached nobody`, to };
  if (at?.limitPassed === true) {
    return { kind: "done", reason: `${step.for} was not ${until} within ${step.within}`, to };
  }
  setLimit(draft, step.within);
  return null;
}
