import {
  sagaId,
  sagaInput,
  sagaRecord,
  type SagaRequest,
  type WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { Intent, RoutedIntent, RoutingContext } from "../decide/intent.ts";
import type { Request } from "../read/request.ts";
import { MAX_RECORD_BYTES } from "./deliveries-of.ts";
import { summarize } from "./notification-fact.ts";

/** The step of a request whose channels are tried in turn. */
const STEP = "send";

/** Hands an intent over to a saga, which asks for its channels one after the other; null when it is too large. */
export function startSaga(
  intent: Intent,
  { until, within }: NonNullable<Request["first"]>,
  context: RoutingContext,
): RoutedIntent | null {
  const { request, notificationId, recipient } = intent;
  const { event, lane, candidates } = request;
  const { tenant } = event;
  const saga = sagaId(context.secret, tenant, notificationId);
  const content = event.adhoc?.content;
  const asked: SagaRequest = {
    summary: { ...summarize(intent, lane, candidates), saga },
    recipient,
    ...(content && { content }),
    // Read from JSON.
    data: event.data as SagaRequest["data"],
    catalogRevision: event.revision,
  };
  const channels = [...candidates];
  const definition: WorkflowDefinition = {
    steps: [{ type: "send", name: STEP, channels, strategy: "first", until, within }],
  };
  const body = { type: "start", request: asked, definition } as const;
  const input = sagaInput(context.secret, { tenant, notificationId }, [], body);
  const record = sagaRecord(context.topics.sagas, input, event.traceparent);
  if (record.value.length > MAX_RECORD_BYTES) return null;
  return { result: "saga", lane, records: [record] };
}
