import { CE, factId, type IdSecret, type LifecycleFact } from "@pulsecourier/contracts";
import type { ToOutbox } from "./mark-inbox-store.ts";

/** The fact that a recipient read an in-app item, for `markRead` and `markAllRead`; `topic` is the lifecycle topic. */
export function readFact(o: { secret: IdSecret; tenant: string; topic: string }): ToOutbox {
  return ({ id: deliveryId, notificationId, readAt }) => {
    const fact: LifecycleFact = {
      type: "delivery.read",
      id: factId(o.secret, o.tenant, deliveryId, ["delivery.read"]),
      at: readAt.toISOString(),
      tenant: o.tenant,
      notificationId,
      deliveryId,
      channel: "inapp",
      // Which attempt brought the item is not kept; what was read needed at least one.
      attempt: 1,
      redrive: 0,
    };
    const headers = {
      "content-type": "application/json",
      [CE.type]: fact.type,
      [CE.id]: fact.id,
      [CE.tenant]: o.tenant,
    };
    return {
      topic: o.topic,
      key: notificationId,
      headers,
      value: Buffer.from(JSON.stringify(fact)),
    };
  };
}
