import type { SagaState } from "@pulsecourier/contracts";
import type { Conditions } from "./conditions.ts";
import { evolve } from "./evolve.ts";
import type { Saga, SagaEvent } from "./saga.ts";

/** A saga while one input is decided: what is emitted shows in the state at once. */
export type Draft = {
  readonly saga: Omit<Saga, "state">;
  /** The version the saga will have when this input has changed it. */
  readonly version: number;
  /** ms since 1970 by the database's clock. */
  readonly now: number;
  /** Evaluates the conditions of the workflow. */
  readonly conditions: Conditions;
  readonly state: SagaState;
  readonly events: readonly SagaEvent[];
  emit(event: SagaEvent): void;
};

export function createDraft(
  saga: Saga,
  { now, conditions }: Pick<Draft, "now" | "conditions">,
): Draft {
  let { state } = saga;
  const events: SagaEvent[] = [];
  return {
    saga,
    version: saga.version + 1,
    now,
    conditions,
    get state() {
      return state;
    },
    events,
    emit(event) {
      state = evolve(state, event);
      events.push(event);
    },
  };
}
