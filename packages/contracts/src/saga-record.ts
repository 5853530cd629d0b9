import { CE } from "./headers.ts";
import { acceptedAtOf, deriveId, type IdSecret, sagaId } from "./ids.ts";
import type { SagaInput } from "./schemas/saga-input.ts";

type Body = SagaInput extends infer Input
  ? Input extends SagaInput
    ? Omit<Input, "id" | "sagaId" | "tenant" | "notificationId">
    : never
  : never;

/** An input for the saga of a notification. `what` tells it from the saga's other inputs; a repeat has the same id. */
export function sagaInput(
  secret: IdSecret,
  of: { tenant: string; notificationId: string },
  what: readonly string[],
  body: Body,
): SagaInput {
  const { tenant, notificationId } = of;
  const saga = sagaId(secret, tenant, notificationId);
  const id = deriveId(secret, tenant, acceptedAtOf(saga), [saga, body.type, ...what]);
  return { id, sagaId: saga, tenant, notificationId, ...body };
}

/** An input as a record of the sagas topic, keyed by saga. */
export function sagaRecord(topic: string, input: SagaInput, traceparent?: string) {
  return {
    topic,
    key: input.sagaId,
    headers: {
      [CE.id]: input.id,
      [CE.type]: `pulse.saga.${input.type}`,
      [CE.tenant]: input.tenant,
      "content-type": "application/json",
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    value: Buffer.from(JSON.stringify(input)),
  };
}
