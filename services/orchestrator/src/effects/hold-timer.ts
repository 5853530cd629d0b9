import { sagaInput, sagaRecord } from "@pulsecourier/contracts";
import type { NewTimer } from "@pulsecourier/db";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import type { EffectsContext } from "./effects-of.ts";

type Held = Extract<SagaEvent, { type: "held" }>;

/** However long the pause is; the end of it makes the timer due. */
const NEVER = new Date("9999-01-01T00:00:00Z");

/** The timer that waits for the end of a pause and then lets the saga go on. */
export function holdTimer(
  saga: Saga,
  { pause }: Held,
  { secret, topics, traceparent }: EffectsContext,
): NewTimer {
  const { tenant } = saga;
  const input = sagaInput(secret, saga, [pause], { type: "resume", pause });
  const record = sagaRecord(topics.sagas, input, traceparent);
  return { id: input.id, tenant, dueAt: NEVER, ...record, heldBy: [pause] };
}
