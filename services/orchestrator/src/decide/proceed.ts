import { END, type WorkflowStep } from "@pulsecourier/contracts";
import { carryOutBranch } from "./branch-step.ts";
import { carryOutDelay } from "./delay-step.ts";
import { carryOutDigest } from "./digest-step.ts";
import type { Draft } from "./draft.ts";
import { endOfDrop, endOfFailure, endSaga } from "./end-saga.ts";
import { carryOutReserve } from "./reserve-step.ts";
import { carryOutSend } from "./send-step.ts";
import type { StepResult } from "./step-result.ts";
import { carryOutThrottle } from "./throttle-step.ts";
import { carryOutWait } from "./wait-step.ts";

/** Goes through the workflow as far as it can be gone now. It only ever goes forward, so this ends. */
export function proceed(draft: Draft): void {
  const { steps } = draft.saga.definition;
  for (;;) {
    if (draft.state.compensating !== null) return;
    const index = steps.findIndex(({ name }) => name === draft.state.at?.step);
    const step = steps[index];
    if (step === undefined) return;
    const result = carryOut(draft, step);
    if (result === null) return;
    const onward = ("next" in step ? step.next : undefined) ?? steps[index + 1]?.name ?? END;
    goOn(draft, step, result, onward);
  }
}

/** Null while the step waits. */
function carryOut(draft: Draft, step: WorkflowStep): StepResult | null {
  switch (step.type) {
    case "send":
      return carryOutSend(draft, step);
    case "delay":
      return carryOutDelay(draft, step);
    case "wait":
      return carryOutWait(draft, step);
    case "branch":
      return carryOutBranch(draft, step);
    case "throttle":
      return carryOutThrottle(draft, step);
    case "digest":
      return carryOutDigest(draft, step);
    case "reserve":
      return carryOutReserve(draft, step);
  }
}

function goOn(draft: Draft, step: WorkflowStep, result: StepResult, onward: string): void {
  const { kind, reason } = result;
  const isRequired = step.type === "send" && step.required;
  if (kind === "failed" && isRequired) {
    endSaga(draft, endOfFailure(draft.state, reason));
    return;
  }
  if (kind === "dropped") {
    endSaga(draft, endOfDrop(draft.state, result));
    return;
  }
  const to = ("to" in result ? result.to : undefined) ?? onward;
  if (to === END) endSaga(draft, endOf(draft, reason));
  else draft.emit({ type: "step_entered", step: to, reason });
}

/** A workflow that came to its end without having reached anybody has not completed. */
function endOf(draft: Draft, reason: string) {
  const { deliveries, skipped } = draft.state;
  const hasTried = deliveries.length + skipped.length > 0;
  const hasSent = deliveries.some(({ status }) => ["sent", "delivered", "read"].includes(status));
  if (hasTried && !hasSent) return endOfFailure(draft.state, reason);
  return { outcome: "completed", reason } as const;
}
