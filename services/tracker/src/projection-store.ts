import type { LifecycleFact } from "@pulsecourier/contracts";
import { type Db, int4Array, textArray, timestamptzArray, uuidArray } from "@pulsecourier/db";
import type { Tracked } from "./tracked.ts";

/** A notification row: its view, and the version it was read at (0 when there was none). */
export type Row = { tenant: string; id: string; version: number; view: Tracked | null };

const LOAD = `
select tenant, id, version, view from tracking.notifications
where (tenant, id) in (select * from unnest($1::text[], $2::uuid[]))`;

/** The rows of these notifications, by id; those not there yet with version 0. */
export async function loadRows(
  db: Db,
  keys: readonly { tenant: string; id: string }[],
): Promise<Map<string, Row>> {
  const found = await db.query<{ tenant: string; id: string; version: number; view: string }>(
    "tracker-load",
    LOAD,
    [textArray(keys.map((key) => key.tenant)), uuidArray(keys.map((key) => key.id))],
  );
  const rows = new Map<string, Row>(
    keys.map(({ tenant, id }) => [id, { tenant, id, version: 0, view: null }]),
  );
  for (const { tenant, id, version, view } of found)
    rows.set(id, { tenant, id, version, view: JSON.parse(view) });
  return rows;
}

// One statement, so that timeline and status appear together and one round trip does both. Rows are written in
// key order: two trackers around a rebalance then wait for each other instead of deadlocking.
const SAVE = `
with notification as (
  insert into tracking.notifications
    (tenant, id, version, status, event_id, recipient, channels, view, created_at, updated_at)
  select tenant, id, version, status, event_id, recipient, string_to_array(channels, ','), view, created_at, updated_at
  from unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::timestamptz[], $10::timestamptz[])
    as new (tenant, id, version, status, event_id, recipient, channels, view, created_at, updated_at)
  on conflict (tenant, id) do update set
    version = excluded.version, status = excluded.status, event_id = excluded.event_id,
    recipient = excluded.recipient, channels = excluded.channels, view = excluded.view,
    updated_at = excluded.updated_at
  where notifications.version = excluded.version - 1
  returning 1
), timeline as (
  insert into tracking.timeline (notification_id, id, tenant, at, fact)
  select * from unnest($11::uuid[], $12::uuid[], $13::text[], $14::timestamptz[], $15::text[])
  on conflict do nothing
)
select count(*)::int as written from notification`;

/**
 * Writes rows and the facts that led to them. Rejects when another tracker wrote one of the rows meanwhile: the
 * batch is then loaded and applied again.
 */
export async function saveRows(
  db: Db,
  rows: readonly Row[],
  facts: ReadonlyMap<string, LifecycleFact>,
): Promise<void> {
  const views = rows.flatMap(({ tenant, version, view }) =>
    view === null ? [] : [{ tenant, version, view }],
  );
  views.sort((a, b) => (a.tenant + a.view.id < b.tenant + b.view.id ? -1 : 1));
  const timeline = [...facts.values()];
  const [result] = await db.query<{ written: number }>("tracker-save", SAVE, [
    textArray(views.map((one) => one.tenant)),
    uuidArray(views.map((one) => one.view.id)),
    int4Array(views.map((one) => one.version + 1)),
    textArray(views.map((one) => one.view.status)),
    textArray(views.map((one) => one.view.eventId)),
    textArray(views.map((one) => one.view.recipient ?? null)),
    textArray(
      views.map((one) => one.view.deliveries.map((delivery) => delivery.channel).join(",")),
    ),
    textArray(views.map((one) => JSON.stringify(one.view))),
    timestamptzArray(views.map((one) => Date.parse(one.view.createdAt))),
    timestamptzArray(views.map((one) => Date.parse(one.view.updatedAt))),
    uuidArray(timeline.map((fact) => fact.notificationId)),
    uuidArray(timeline.map((fact) => fact.id)),
    textArray(timeline.map((fact) => fact.tenant)),
    timestamptzArray(timeline.map((fact) => Date.parse(fact.at))),
    textArray(timeline.map((fact) => JSON.stringify(fact))),
  ]);
  if (result?.written !== views.length) {
    throw new Error(
      "another tracker wrote some of these notifications meanwhile; the batch is applied again",
    );
  }
}
