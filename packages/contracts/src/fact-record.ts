import { CE } from "./headers.ts";
import { factId, type IdSecret } from "./ids.ts";
import type { LifecycleFact } from "./schemas/lifecycle.ts";

/** A fact as a record of the lifecycle topic: CloudEvents binary mode, keyed by notification. */
export function factRecord(topic: string, fact: LifecycleFact, traceparent?: string) {
  return {
    topic,
    key: fact.notificationId,
    headers: {
      [CE.id]: fact.id,
      [CE.type]: fact.type,
      [CE.source]: "/pulse",
      [CE.specversion]: "1.0",
      [CE.tenant]: fact.tenant,
      "content-type": "application/json",
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    value: Buffer.from(JSON.stringify(fact)),
  };
}

/** The fact that an in-app item was read; items are called by their delivery's id. */
export function readFact(
  secret: IdSecret,
  item: { tenant: string; id: string; notificationId: string; readAt: Date },
): LifecycleFact {
  return {
    type: "delivery.read",
    id: factId(secret, item.tenant, item.id, ["delivery.read"]),
    at: item.readAt.toISOString(),
    tenant: item.tenant,
    notificationId: item.notificationId,
    deliveryId: item.id,
    channel: "inapp",
    attempt: 0,
    redrive: 0,
  };
}
