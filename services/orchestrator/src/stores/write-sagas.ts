import type { SagaInput } from "@pulsecourier/contracts";
import {
  byteaArray,
  type Db,
  type InboxOwner,
  int4Array,
  retractItems,
  textArray,
  timestamptzArray,
  uuidArray,
} from "@pulsecourier/db";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import type { Effects } from "../effects/effects-of.ts";
import { answerAsks } from "./answer-asks.ts";
import type { Listening } from "./signal-store.ts";

/** One input that changed its saga: the next line of the history. */
export type Change = {
  sagaId: string;
  /** The saga's version with it, from 1. */
  seq: number;
  input: SagaInput;
  at: number;
  events: readonly SagaEvent[];
};

/**
 * Sagas as they are after a batch, what changed them, what those that began with it listen for, and what is to be done
 * because of it.
 */
export type Advance = { sagas: Saga[]; changes: Change[]; listening: Listening[] } & Effects;

// One statement: all of it is there, or nothing. The primary key of the history is the version check: whoever else
// moved one of these sagas meanwhile has written the same number, this statement fails, and the batch is decided again.
const WRITE = `
with saga as (
  insert into saga.instances
    (id, tenant, notification_id, version, outcome, request, definition, state)
  select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int4[], $5::text[], $6::text[],
                       $7::text[], $8::text[])
  on conflict (id) do update set
    version = excluded.version, outcome = excluded.outcome, state = excluded.state, updated_at = now()
), history as (
  insert into saga.history (saga_id, seq, input_id, at, cause, events)
  select * from unnest($9::uuid[], $10::int4[], $11::uuid[], $12::timestamptz[], $13::text[], $14::text[])
), outbox as (
  insert into saga.outbox (topic, key, headers, value)
  select * from unnest($15::text[], $16::text[], $17::text[]::jsonb[], $18::bytea[])
), timers as (
  insert into schedule.timers (id, tenant, due_at, topic, key, headers, value, held_by)
  select id, tenant, due_at, topic, key, headers, value, case when held_by is not null then array[held_by] end
  from unnest($19::uuid[], $20::text[], $21::timestamptz[], $22::text[], $23::text[], $24::text[]::jsonb[],
              $25::bytea[], $34::uuid[]) as i (id, tenant, due_at, topic, key, headers, value, held_by)
  on conflict (id) do nothing
), awaited as (
  insert into saga.awaited (tenant, type, key, saga_id, notification_id)
  select * from unnest($28::text[], $29::text[], $30::text[], $31::uuid[], $32::uuid[]) order by 4, 2, 3
  on conflict do nothing
), over as (
  delete from saga.awaited where saga_id = any($33::uuid[])
)
insert into ledger.tombstones (notification_id, tenant)
select * from unnest($26::uuid[], $27::text[]) order by 1
on conflict do nothing`;

/**
 * Writes all of it or nothing, and answers whose inboxes changed. Rejects when another orchestrator moved one of the
 * sagas meanwhile.
 */
export async function writeSagas(db: Db, advance: Advance): Promise<InboxOwner[]> {
  const values = valuesOf(advance);
  const { retractions, asks, settlements, changes } = advance;
  if (retractions.length + asks.length + settlements.length === 0) {
    await db.query("saga-write", WRITE, values);
    return [];
  }
  return await db.transaction(async (query) => {
    await query("saga-write", WRITE, values);
    // All batches in this order, so that they wait for each other and never in a circle.
    await answerAsks(query, advance, Math.max(...changes.map(({ at }) => at)));
    return retractions.length === 0 ? [] : await retractItems(query, retractions);
  });
}

function valuesOf(advance: Advance): unknown[] {
  const { sagas, changes, records, timers, tombstones } = advance;
  // In the order of their keys, so that two orchestrators around a rebalance cannot deadlock.
  const rows = sagas.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const lines = changes.toSorted((a, b) =>
    a.sagaId === b.sagaId ? a.seq - b.seq : a.sagaId < b.sagaId ? -1 : 1,
  );
  const begun = new Set(changes.filter(({ seq }) => seq === 1).map(({ sagaId }) => sagaId));
  // Of a saga that is there already only the state is taken.
  const once = (id: string, value: unknown) => (begun.has(id) ? JSON.stringify(value) : "");
  return [
    uuidArray(rows.map((one) => one.id)),
    textArray(rows.map((one) => one.tenant)),
    uuidArray(rows.map((one) => one.notificationId)),
    int4Array(rows.map((one) => one.version)),
    textArray(rows.map((one) => one.state.end?.outcome ?? null)),
    textArray(rows.map((one) => once(one.id, one.request))),
    textArray(rows.map((one) => once(one.id, one.definition))),
    textArray(rows.map((one) => JSON.stringify(one.state))),
    uuidArray(lines.map((one) => one.sagaId)),
    int4Array(lines.map((one) => one.seq)),
    uuidArray(lines.map((one) => one.input.id)),
    timestamptzArray(lines.map((one) => one.at)),
    textArray(lines.map((one) => one.input.type)),
    textArray(lines.map((one) => JSON.stringify(one.events))),
    textArray(records.map((one) => one.topic)),
    textArray(records.map((one) => one.key)),
    textArray(records.map((one) => JSON.stringify(one.headers))),
    byteaArray(records.map((one) => one.value)),
    uuidArray(timers.map((one) => one.id)),
    textArray(timers.map((one) => one.tenant)),
    timestamptzArray(timers.map((one) => one.dueAt.getTime())),
    textArray(timers.map((one) => one.topic)),
    textArray(timers.map((one) => one.key)),
    textArray(timers.map((one) => JSON.stringify(one.headers))),
    byteaArray(timers.map((one) => one.value)),
    uuidArray(tombstones.map((one) => one.id)),
    textArray(tombstones.map((one) => one.tenant)),
    ...listeningOf(advance),
    uuidArray(timers.map(({ heldBy: [pause] = [] }) => pause ?? null)),
  ];
}

/** A saga that has ended listens for nothing. One that begins and ends at once never does. */
function listeningOf({ sagas, listening }: Advance): unknown[] {
  const over = new Set(sagas.flatMap(({ id, state }) => (state.end === null ? [] : [id])));
  const open = listening.filter(({ sagaId }) => !over.has(sagaId));
  return [
    textArray(open.map((one) => one.tenant)),
    textArray(open.map((one) => one.type)),
    textArray(open.map((one) => one.key)),
    uuidArray(open.map((one) => one.sagaId)),
    uuidArray(open.map((one) => one.notificationId)),
    uuidArray([...over]),
  ];
}
