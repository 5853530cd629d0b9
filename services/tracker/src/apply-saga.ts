import type { LifecycleFact } from "@pulsecourier/contracts";
import { describe, findOrAdd, type Tracked } from "./tracked.ts";

export type SagaFact = Extract<LifecycleFact, { type: `saga.${string}` }>;

/** What a fact about its saga changes. */
export function applyToSaga(tracked: Tracked, fact: SagaFact): void {
  tracked.saga = fact.sagaId;
  if (fact.type === "saga.started") describe(tracked, fact.summary);
  if (fact.type === "saga.decided" && fact.retracted !== undefined)
    findOrAdd(tracked, fact.retracted, fact.channels[0] ?? "inapp").retractedAt = fact.at;
  if (fact.type !== "saga.ended") return;
  tracked.sagaOutcome = fact.outcome;
  delete tracked.held;
  if (fact.error !== undefined) tracked.error = fact.error;
  if (fact.carriedBy !== undefined) tracked.carriedBy = fact.carriedBy;
}
