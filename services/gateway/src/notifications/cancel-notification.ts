import {
  CHANNELS,
  factId,
  factRecord,
  type IdSecret,
  type LifecycleFact,
  PulseError,
  sagaId,
  sagaInput,
  sagaRecord,
  useId,
  usesOf,
  type WorkflowDefinition,
} from "@pulsecourier/contracts";
import { insertOutbox } from "@pulsecourier/db";
import { formatTraceparent } from "@pulsecourier/observability";
import type { GatewayContext } from "../context.ts";
import { route } from "../http/route.ts";
import { readDefinition } from "../sagas/saga-store.ts";
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
    const { cancelled, alreadySent, isSaga } = await decide(context, tenant, id);
    const fact = cancelledFact(context.secrets.ids, tenant, id);
    const traceparent = formatTraceparent(trace);
    const record = factRecord(context.names.lifecycle, fact, traceparent);
    const toSaga = isSaga ? [sagaCancel(context, tenant, id, traceparent)] : [];
    await insertOutbox(context.db.kysely, [record, ...toSaga]);
    context.nudgeOutbox();
    const status = alreadySent.length > 0 ? "partial" : "cancelled";
    return { status: 200, body: { id, status, cancelled, alreadySent } };
  },
});

async function decide({ db, secrets }: GatewayContext, tenant: string, id: string) {
  const [view, definition] = await Promise.all([
    readView(db, tenant, id),
    readDefinition(db, tenant, sagaId(secrets.ids, tenant, id)),
  ]);
  const derived = deliveriesOf({ tenant, id, definition }, secrets.ids);
  const ledger = await readLedger(
    db,
    tenant,
    derived.map((one) => one.id),
  );
  const tracked = view === null ? null : toView(view);
  const decision = decideCancel(tracked, derived, ledger);
  if (decision.kind === "too_late") throw new PulseError("cancel_too_late");
  // What is not tracked yet may be a saga's.
  return { ...decision, isSaga: tracked === null || tracked.saga !== undefined };
}

/** All deliveries the notification may have: one a channel, and those of later steps of its workflow. */
function deliveriesOf(
  { tenant, id, definition }: { tenant: string; id: string; definition: WorkflowDefinition | null },
  secret: IdSecret,
) {
  const first = CHANNELS.map((channel) => ({ channel, use: 0 }));
  const later = definition === null ? [] : usesOf(definition).filter(({ use }) => use > 0);
  return [...first, ...later].map((one) => ({
    id: useId(secret, tenant, id, one),
    channel: one.channel,
  }));
}

const REASON = "cancelled over the API";

/** Tells the saga, if there is one; one that has not begun yet finds the tombstone when it does. */
function sagaCancel(
  { secrets, names }: GatewayContext,
  tenant: string,
  notificationId: string,
  traceparent: string,
) {
  const body = { type: "cancel", reason: REASON } as const;
  const input = sagaInput(secrets.ids, { tenant, notificationId }, [], body);
  return sagaRecord(names.sagas, input, traceparent);
}

function cancelledFact(secret: IdSecret, tenant: string, id: string): LifecycleFact {
  const type = "notification.cancelled";
  return {
    type,
    id: factId(secret, tenant, id, [type]),
    at: new Date().toISOString(),
    tenant,
    notificationId: id,
    reason: REASON,
  };
}
