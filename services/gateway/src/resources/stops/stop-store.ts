import { MAX_STOPS, type StopInput, stopScope, StopView } from "@pulsecourier/contracts";
import type { Db, Stop } from "@pulsecourier/db";

/** A stop as clients see it. */
export function toStopView(stop: Stop): StopView {
  const { id, channel, account, tenant, reason, by, at } = stop;
  return StopView.parse({
    id,
    scope: stopScope(stop),
    ...(channel !== null && { channel }),
    ...(account !== null && { account }),
    ...(tenant !== null && { tenant }),
    reason,
    by,
    at: at.toISOString(),
  });
}

const COLUMNS = "id, channel, account, tenant, reason, by, at";

// What is stopped already stays as it is.
const INSERT = `
insert into gateway.stops as s (channel, account, tenant, reason, by)
select $1, $2, $3, $4, name from gateway.api_keys
where id = $5 and (select count(*) from gateway.stops where lifted_at is null) < $6
on conflict (channel, account, tenant) where lifted_at is null do update set reason = s.reason
returning ${COLUMNS}, xmax = 0 as created`;

/** The new stop, or the one that stands already; null when as many stand as may. */
export async function createStop(
  db: Db,
  { channel, account, tenant, reason, key }: StopInput & { key: string },
): Promise<{ stop: Stop; created: boolean } | null> {
  const [row] = await db.query<Stop & { created: boolean }>("create-stop", INSERT, [
    channel ?? null,
    account ?? null,
    tenant ?? null,
    reason,
    key,
    MAX_STOPS,
  ]);
  return row === undefined ? null : { stop: row, created: row.created };
}

const LIFT = `
update gateway.stops set lifted_at = now(), lifted_by = (select name from gateway.api_keys where id = $2)
where id = $1 and lifted_at is null and ($3::text is null or tenant = $3)
returning ${COLUMNS}`;

/** The stop that was lifted, or null when none stands by this id; with `tenant` only one of that tenant is. */
export async function liftStop(
  db: Db,
  { id, key, tenant }: { id: string; key: string; tenant: string | null },
): Promise<Stop | null> {
  const [row] = await db.query<Stop>("lift-stop", LIFT, [id, key, tenant]);
  return row ?? null;
}

export async function tenantExists(db: Db, tenant: string): Promise<boolean> {
  const rows = await db.query("tenant-exists", "select from gateway.tenants where id = $1", [
    tenant,
  ]);
  return rows.length > 0;
}

const DELETE = `
delete from gateway.stops where id in (
  select id from gateway.stops where lifted_at < now() - interval '30 days' limit $1)
returning 1`;

/** Deletes stops that were lifted 30 days ago, at most `limit`; answers how many. */
export async function deleteOldStops(db: Db, limit: number): Promise<number> {
  return (await db.query("delete-stops", DELETE, [limit])).length;
}
