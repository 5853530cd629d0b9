import {
  CE,
  CHANNELS,
  deliveryId,
  factId,
  type LifecycleFact,
  PulseError,
} from "@pulsecourier/contracts";
import { insertOutbox, type OutboxRecord } from "@pulsecourier/db";
import { HEADER_TRACEPARENT } from "@pulsecourier/kafka";
import { formatTraceparent, type Trace } from "@pulsecourier/observability";
import type { GatewayContext } from "../context.ts";
import { route } from "../http/route.ts";
import { insertTombstone, readLedger } from "./cancel-store.ts";
import { decideCancel } from "./decide-cancel.ts";
import { requireOwnId, toView } from "./get-notification.ts";
import { readView } from "./notification-store.ts";

/**
 * `POST /v1/notifications/{id}/cancel`: 200 with what will not be sent and what was already; 409 when nothing was
 * left. The tombstone is committed before the ledger is read, so a sender either saw it or shows in the ledger.
 */
export const cancelNotification = route({
  method: "post",
  path: "/v1/notifications/:id/cancel",
  scope: "send",
  handler: async ({ tenant, trace, params: { id } }, context) => {
    requireOwnId(context.secrets.ids, tenant, id);
    // A look first, so that a refused cancel leaves nothing that would stand in the way of a redrive.
    await decide(context, tenant, id);
    await insertTombstone(context.db, tenant, id);
    const { cancelled, alreadySent } = await decide(context, tenant, id);
    await insertOutbox(context.db.kysely, [cancelledRecord(context, { tenant, id, trace })]);
    context.nudgeOutbox();
    const status = alreadySent.length > 0 ? "partial" : "cancelled";
    return { status: 200, body: { id, status, cancelled, alreadySent } };
  },
});

async function decide({ db, secrets }: GatewayContext, tenant: string, id: string) {
  const derived = CHANNELS.map((channel) => ({
    id: deliveryId(secrets.ids, tenant, id, channel),
    channel,
  }));
  const [view, ledger] = await Promise.all([
    readView(db, tenant, id),
    readLedger(
      db,
      tenant,
      derived.map((one) => one.id),
    ),
  ]);
  const decision = decideCancel(view === null ? null : toView(view), derived, ledger);
  if (decision.kind === "too_late") throw new PulseError("cancel_too_late");
  return decision;
}

function cancelledRecord(
  { secrets, names }: GatewayContext,
  { tenant, id, trace }: { tenant: string; id: string; trace: Trace },
): OutboxRecord {
  const type = "notification.cancelled";
  const fact: LifecycleFact = {
    type,
    id: factId(secrets.ids, tenant, id, [type]),
    at: new Date().toISOString(),
    tenant,
    notificationId: id,
    reason: "cancelled over the API",
  };
  const headers = {
    [CE.id]: fact.id,
    [CE.source]: "/pulse/gateway",
    [CE.specversion]: "1.0",
    [CE.type]: type,
    [CE.time]: fact.at,
    [CE.subject]: id,
    [CE.tenant]: tenant,
    "content-type": "application/json",
    [HEADER_TRACEPARENT]: formatTraceparent(trace),
  };
  return { topic: names.lifecycle, key: id, headers, value: Buffer.from(JSON.stringify(fact)) };
}
