import { sagaId, sagaInput, sagaRecord } from "@pulsecourier/contracts";
import { askedOf } from "../decide/asked-of.ts";
import {
  type Intent,
  mergeRecipient,
  type RoutedIntent,
  type RoutingContext,
} from "../decide/intent.ts";
import { zoneOf } from "../decide/quiet-hours.ts";
import type { SagaPlan } from "../read/request.ts";
import type { Known } from "./choose-for.ts";
import { MAX_RECORD_BYTES } from "./deliveries-of.ts";
import { summarize } from "./notification-fact.ts";

/** Hands an intent over to a saga, with all it will ever need of the request; null when that is too large. */
export function startSaga(
  intent: Intent,
  { definition, workflow, templates }: SagaPlan,
  { entry }: Known,
  context: RoutingContext,
): RoutedIntent | null {
  const { request, notificationId, recipient } = intent;
  const { event, lane, candidates } = request;
  const { tenant } = event;
  const summary = {
    ...summarize(intent, lane, candidates),
    saga: sagaId(context.secret, tenant, notificationId),
    ...(workflow !== null && { workflow }),
  };
  const { timezone } = mergeRecipient(recipient, entry.profile);
  const zone = zoneOf([timezone, request.settings.timezone]);
  const asked = { ...askedOf(intent, summary, templates), timezone: zone };
  const body = { type: "start", request: asked, definition } as const;
  const input = sagaInput(context.secret, { tenant, notificationId }, [], body);
  const record = sagaRecord(context.topics.sagas, input, event.traceparent);
  if (record.value.length > MAX_RECORD_BYTES) return null;
  return { result: "saga", lane, records: [record] };
}
