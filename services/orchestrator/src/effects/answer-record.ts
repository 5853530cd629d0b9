import { type SagaAnswer, sagaInput, sagaRecord } from "@pulsecourier/contracts";
import type { OutboxRecord } from "@pulsecourier/db";
import type { Saga } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";

/** The record that tells a step what became of its ask. A step asks once, so its name is all the id needs. */
export function answerRecord(saga: Saga, step: string, context: EffectsContext) {
  const { secret, topics, traceparent } = context;
  return (answer: SagaAnswer): OutboxRecord => {
    const input = sagaInput(secret, saga, [step], { type: "answered", step, answer });
    return sagaRecord(topics.sagas, input, traceparent);
  };
}
