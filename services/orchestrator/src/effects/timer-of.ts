import { sagaInput, sagaRecord } from "@pulsecourier/contracts";
import type { NewTimer } from "@pulsecourier/db";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";

type TimerSet = Extract<SagaEvent, { type: "timer_set" }>;

/** The timer that tells the saga of its time limit. It carries the version that set it: the saga ignores any other. */
export function timerOf(
  saga: Saga,
  { at, armed }: TimerSet,
  { secret, topics, traceparent }: EffectsContext,
): NewTimer {
  const { tenant } = saga;
  const input = sagaInput(secret, saga, [String(armed)], { type: "timer", armed });
  const record = sagaRecord(topics.sagas, input, traceparent);
  return { id: input.id, tenant, dueAt: new Date(at), ...record };
}
