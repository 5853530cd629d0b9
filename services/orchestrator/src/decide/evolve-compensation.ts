import { type DeliveryCompensation, isOfDelivery, type SagaState } from "@pulsecourier/contracts";
import type { SagaEvent } from "./saga.ts";

type CompensationEvent = Extract<
  SagaEvent,
  {
    type: "compensation_registered" | "compensation_issued" | "compensated" | "compensation_failed";
  }
>;

/** The state after an event about what undoes a delivery. */
export function evolveCompensation(state: SagaState, event: CompensationEvent): SagaState {
  switch (event.type) {
    case "compensation_registered": {
      const { type: _, ...what } = event;
      const added = { ...what, status: "registered" } as const;
      return { ...state, compensations: [...state.compensations, added] };
    }
    case "compensation_issued": {
      const { step, sentAs } = event;
      const running = undoing(state, event, { status: "running", sentAs });
      return awaitWave(running, { step, wave: sentAs });
    }
    case "compensated": {
      const { id, error } = event;
      const status = id === null ? "dropped" : "done";
      return undoing(state, event, { status, ...(error !== undefined && { error }) });
    }
    case "compensation_failed":
      return undoing(state, event, { status: "failed", error: event.error });
  }
}

/** The router is asked for a wave. */
export function awaitWave(
  state: SagaState,
  { step, wave }: { step: string; wave: number },
): SagaState {
  return { ...state, unrouted: [...state.unrouted, { step, wave }] };
}

type Undoing = Pick<DeliveryCompensation, "step" | "wave" | "channel" | "kind">;

function undoing(
  state: SagaState,
  { step, wave, channel, kind }: Undoing,
  change: Partial<DeliveryCompensation>,
): SagaState {
  const compensations = state.compensations.map((one) => {
    const isMeant =
      isOfDelivery(one) &&
      one.step === step &&
      one.wave === wave &&
      one.channel === channel &&
      one.kind === kind;
    return isMeant ? { ...one, ...change } : one;
  });
  return { ...state, compensations };
}
