import { durationMs, ERRORS, recipientKey, type StepOf } from "@pulsecourier/contracts";
import { answerTo } from "./ask.ts";
import type { Draft } from "./draft.ts";
import { keyOf } from "./key-of.ts";
import type { StepResult } from "./step-result.ts";

/** Goes on while the limit admits it; null until that is known. */
export function carryOutThrottle(draft: Draft, step: StepOf<"throttle">): StepResult | null {
  const { limit, per, otherwise } = step;
  const { summary, recipient } = draft.saga.request;
  const answer = answerTo(draft, "throttle", () => ({
    kind: "throttle",
    // Versions of a workflow count together.
    scope: `${summary.workflow?.name ?? ""}/${step.name}`,
    key: keyOf(draft, step.key) ?? recipientKey(recipient),
    limit,
    spanMs: durationMs(per),
  }));
  if (answer === null) return null;
  if (answer.granted) return { kind: "done", reason: `one of at most ${limit} in ${per}` };
  const reason = `there were ${limit} in ${per} already`;
  if (otherwise !== undefined) return { kind: "done", reason, to: otherwise };
  const { class: errorClass } = ERRORS.throttled;
  const message = `Step ${step.name}: ${reason}`;
  return { kind: "dropped", reason, error: { code: "throttled", class: errorClass, message } };
}
