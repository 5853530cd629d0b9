import type { SagaFacts } from "@pulsecourier/catalog";
import type { DeliveryStatus, StepOf } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";
import type { StepResult } from "./step-result.ts";

/** From nothing to all that can be reached; what a condition sees of a step is its delivery that got furthest. */
const FURTHEST: readonly DeliveryStatus[] = [
  "cancelled",
  "expired",
  "failed",
  "pending",
  "unknown",
  "waiting",
  "retrying",
  "sent",
  "delivered",
  "read",
];

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

function factsOf({ saga: { request }, state: { deliveries } }: Draft): SagaFacts {
  const { summary, event, data } = request;
  const steps: Record<string, string> = {};
  const byReach = deliveries.toSorted(
    (a, b) => FURTHEST.indexOf(a.status) - FURTHEST.indexOf(b.status),
  );
  for (const { step, status } of byReach) steps[step] = status;
  const { subject, time } = event;
  return {
    event: {
      id: summary.eventId,
      source: summary.source,
      type: event.type,
      ...(subject !== undefined && { subject }),
      ...(time !== undefined && { time }),
      data,
    },
    steps,
  };
}
