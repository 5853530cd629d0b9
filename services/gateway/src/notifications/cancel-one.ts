import {
  CHANNELS,
  factId,
  factRecord,
  type IdSecret,
  type LifecycleFact,
  sagaId,
  sagaInput,
  sagaRecord,
  useId,
  usesOf,
  type WorkflowDefinition,
} from "@pulsecourier/contracts";
import { insertOutbox } from "@pulsecourier/db";
import type { GatewayContext } from "../context.ts";
import { readDefinition } from "../sagas/saga-store.ts";
import { insertTombstone, readLedger } from "./cancel-store.ts";
import { type CancelDecision, decideCancel } from "./decide-cancel.ts";
import { toView } from "./get-notification.ts";
import { readView } from "./notification-store.ts";

type Context = Pick<GatewayContext, "db" | "secrets" | "names">;

/**
 * Forbids what of a notification has not been sent, and publishes that by way of the outbox. The tombstone is committed
 * before the ledger is read, so a sender either saw it or shows in the ledger. Repeating it changes nothing.
 */
export async function cancelOne(
  context: Context,
  { tenant, id, traceparent }: { tenant: string; id: string; traceparent: string },
): Promise<CancelDecision> {
  // A look first, so that a refused cancel leaves nothing that would stand in the way of a redrive.
  const first = await decide(context, tenant, id);
  if (first.kind === "too_late") return first;
  await insertTombstone(context.db, tenant, id);
  const decision = await decide(context, tenant, id);
  if (decision.kind === "too_late") return decision;
  const fact = cancelledFact(context.secrets.ids, tenant, id);
  const record = factRecord(context.names.lifecycle, fact, traceparent);
  const toSaga = decision.isSaga ? [sagaCancel(context, tenant, id, traceparent)] : [];
  await insertOutbox(context.db.kysely, [record, ...toSaga]);
  return decision;
}

async function decide({ db, secrets }: Context, tenant: string, id: string) {
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
  { secrets, names }: Context,
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
