import { sagaId, sagaInput, sagaRecord, type SagaRequest } from "@pulsecourier/contracts";
import type { Intent, RoutedIntent, RoutingContext } from "../decide/intent.ts";
import type { SagaPlan } from "../read/request.ts";
import { MAX_RECORD_BYTES } from "./deliveries-of.ts";
import { summarize } from "./notification-fact.ts";

/** Hands an intent over to a saga, with all it will ever need of the request; null when that is too large. */
export function startSaga(
  intent: Intent,
  { definition, workflow, templates }: SagaPlan,
  context: RoutingContext,
): RoutedIntent | null {
  const { request, notificationId, recipient } = intent;
  const { event, lane, candidates } = request;
  const { tenant, type, subject, time } = event;
  const saga = sagaId(context.secret, tenant, notificationId);
  const content = event.adhoc?.content;
  const asked: SagaRequest = {
    summary: {
      ...summarize(intent, lane, candidates),
      saga,
      ...(workflow !== null && { workflow }),
    },
    event: { type, ...(subject !== undefined && { subject }), ...(time !== undefined && { time }) },
    recipient,
    ...(content && { content }),
    ...(request.attachments.length > 0 && { attachments: [...request.attachments] }),
    // Read from JSON.
    data: event.data as SagaRequest["data"],
    templates,
    catalogRevision: event.revision,
  };
  const body = { type: "start", request: asked, definition } as const;
  const input = sagaInput(context.secret, { tenant, notificationId }, [], body);
  const record = sagaRecord(context.topics.sagas, input, event.traceparent);
  if (record.value.length > MAX_RECORD_BYTES) return null;
  return { result: "saga", lane, records: [record] };
}
