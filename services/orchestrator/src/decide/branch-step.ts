import type { StepOf } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import { factsOf } from "./saga-facts.ts";
import type { StepResult } from "./step-result.ts";

/** Goes the way of the first condition that holds. One that cannot be told (a missing key, a failure) does not hold. */
export function carryOutBranch(draft: Draft, step: StepOf<"branch">): StepResult {
  const facts = factsOf(draft);
  for (const { when, next } of step.branches) {
    const result = draft.conditions(when, facts);
    if (result.kind === "value" && result.value === true) {
      return { kind: "done", reason: when, to: next };
    }
  }
  return { kind: "done", reason: "no condition holds", to: step.otherwise };
}
