import { END, type WorkflowStep } from "@pulsecourier/contracts";
import type { Draft } from "./draft.ts";

/**
 * Past the pivot there is no going back: what had to be said has been said, and an end only stops what is left. Where
 * the workflow names none, it is the last required `send` that lies ahead, the present step included.
 */
export function isPastPivot(draft: Draft): boolean {
  const { pivot } = draft.saga.definition;
  return pivot === undefined ? isNothingAhead(draft) : hasLeft(draft, pivot);
}

/** A step that was carried out has deliveries, or reasons why it has none. */
function hasLeft({ state: { at, deliveries, skipped } }: Draft, pivot: string): boolean {
  return at?.step !== pivot && [...deliveries, ...skipped].some(({ step }) => step === pivot);
}

function isNothingAhead({ saga: { definition }, state }: Draft): boolean {
  const { steps } = definition;
  const open = state.at === null ? [] : [state.at.step];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const index = steps.findIndex((one) => one.name === name);
    const step = steps[index];
    if (step === undefined) continue;
    if (step.type === "send" && step.required) return false;
    open.push(...waysFrom(step, steps[index + 1]?.name ?? END));
  }
  return true;
}

function waysFrom(step: WorkflowStep, following: string): string[] {
  if (step.type === "branch") return [...step.branches.map(({ next }) => next), step.otherwise];
  const onward = step.next ?? following;
  const otherwise = "otherwise" in step ? step.otherwise : undefined;
  return otherwise === undefined ? [onward] : [onward, otherwise];
}
