import { type SagaAnswer, sagaInput, sagaRecord } from "@pulsecourier/contracts";
import type { OutboxRecord } from "@pulsecourier/db";
import type { Saga } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";

/**
 * The record that tells a step what became of its ask, or the same step of another saga of the tenant what that means
 * for it. No step is told the same twice, so that what it is told makes the id.
 */
export function answerRecord(saga: Saga, step: string, context: EffectsContext) {
  const { secret, topics, traceparent } = context;
  const { tenant } = saga;
  return (answer: SagaAnswer, { notificationId }: Named = saga): OutboxRecord => {
    const what = [step, ...nameOf(answer)];
    const body = { type: "answered", step, answer } as const;
    const input = sagaInput(secret, { tenant, notificationId }, what, body);
    return sagaRecord(topics.sagas, input, traceparent);
  };
}

type Named = { notificationId: string };

/** A leader is told again when its window was prolonged. */
function nameOf(answer: SagaAnswer): string[] {
  return answer.kind === "digest_lead" ? [answer.kind, String(answer.closesAt)] : [answer.kind];
}
