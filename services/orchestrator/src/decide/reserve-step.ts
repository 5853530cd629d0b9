import { ERRORS, MAX_AMOUNT, type StepOf, toMillionths } from "@pulsecourier/contracts";
import { answerTo } from "./ask.ts";
import type { Draft } from "./draft.ts";
import { factsOf } from "./saga-facts.ts";
import type { StepResult } from "./step-result.ts";

/** Goes on once the amount is reserved; null until that is known. How it will be given back is registered before. */
export function carryOutReserve(draft: Draft, step: StepOf<"reserve">): StepResult | null {
  const { name, budget } = step;
  const amount = amountOf(draft, step);
  if (amount === null) return refused(step, "its amount is no number that can be reserved");
  if (amount === 0) return { kind: "done", reason: "there is nothing to reserve" };
  if (draft.state.at?.asked === false)
    draft.emit({ type: "reserving", step: name, budget, amount });
  const answer = answerTo(draft, "reserve", () => ({ kind: "reserve", budget, amount }));
  if (answer === null) return null;
  if (answer.granted) return { kind: "done", reason: `${amount} of ${budget} are reserved` };
  draft.emit({ type: "reservation_closed", step: name, how: "dropped" });
  return refused(step, `${amount} of ${budget} were asked for and ${answer.left} are left`);
}

function refused({ name, otherwise }: StepOf<"reserve">, reason: string): StepResult {
  if (otherwise !== undefined) return { kind: "done", reason, to: otherwise };
  const { class: errorClass } = ERRORS.over_budget;
  const message = `Step ${name}: ${reason}`;
  return { kind: "dropped", reason, error: { code: "over_budget", class: errorClass, message } };
}

/** Null when its expression gives none, for a missing key as well. */
function amountOf(draft: Draft, { amount }: StepOf<"reserve">): number | null {
  if (typeof amount === "number") return amount;
  const result = draft.conditions(amount, factsOf(draft));
  const value = result.kind === "value" ? result.value : null;
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const given = isNumber ? Number(value) : Number.NaN;
  // Not a number is in no range.
  return given >= 0 && given <= MAX_AMOUNT ? toMillionths(given) / 1e6 : null;
}
