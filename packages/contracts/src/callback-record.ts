import { CE, HEADER_CALLBACK } from "./headers.ts";
import { acceptedAtOf, deliveryId, deriveId, type IdSecret } from "./ids.ts";
import type { DeliveryRecord } from "./schemas/delivery.ts";
import type { LifecycleFact } from "./schemas/lifecycle.ts";
import type { TopicNames } from "./topics.ts";

/** How long a callback is tried, ms. */
const CALLBACK_LIFE_MS = 3 * 86_400_000;

type CallbackSource = {
  secret: IdSecret;
  topics: TopicNames;
  callback: { name: string; url: string };
  fact: LifecycleFact;
  traceparent?: string | undefined;
};

/** True for facts that tenants may hear of: those about callbacks would make callbacks of their own. */
export function isAboutCallback(fact: LifecycleFact): boolean {
  return "callback" in fact && fact.callback !== undefined;
}

/**
 * A fact as a delivery of the channel `webhook` to one of the tenant's callbacks. The same fact and callback give
 * the same delivery, so that the ledger makes one message of any number of records. `replay` names a wish to hear
 * it again: another delivery, in the bulk lane, with the same `eventId` for the receiver to know it by.
 */
export function callbackRecord(
  o: CallbackSource,
  replay?: { id: string; at: number },
): { topic: string; key: string; headers: Record<string, string>; value: string } {
  const { secret, topics, callback, fact, traceparent } = o;
  const { tenant } = fact;
  const acceptedAt = acceptedAtOf(fact.notificationId);
  const what = ["callback", callback.name, fact.id, replay?.id ?? ""];
  const notificationId = deriveId(secret, tenant, acceptedAt, what);
  const lane = replay === undefined ? "normal" : "bulk";
  const payload = { type: fact.type, timestamp: fact.at, data: fact };
  const delivery: DeliveryRecord = {
    id: deliveryId(secret, tenant, notificationId, "webhook"),
    notificationId,
    eventId: fact.id,
    tenant,
    channel: "webhook",
    lane,
    category: null,
    onUnknown: "at_least_once",
    optOut: false,
    sandbox: false,
    recipient: {},
    address: callback.url,
    content: { payload: JSON.stringify(payload) },
    data: {},
    callback: callback.name,
    acceptedAt,
    expiresAt: (replay?.at ?? Date.parse(fact.at)) + CALLBACK_LIFE_MS,
  };
  return {
    topic: topics.deliveries("webhook", lane),
    // Facts of one notification go out in turn, those of different ones side by side.
    key: `${tenant}:${fact.notificationId}`,
    headers: {
      "content-type": "application/json",
      "ntf-id": delivery.id,
      [CE.tenant]: tenant,
      [HEADER_CALLBACK]: callback.name,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    value: JSON.stringify(delivery),
  };
}
