import type { Lane } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Status = "running" | "completed" | "cancelled" | "failed";

/** A fan-out to begin: the event as it came, and what fixes its ids and rules. */
export type NewFanout = {
  id: string;
  tenant: string;
  eventId: string;
  /** Empty for ad-hoc requests. */
  rule: string;
  audience: string;
  /** As asked for. */
  lane: Lane;
  acceptedAt: number;
  revision: number;
  headers: Record<string, string>;
  value: Buffer;
};

/** Members an audience may have that is notified on the critical lane. */
const MAX_CRITICAL = 1_000;

/**
 * Begins fan-outs; one that has begun stays as it is. They take the lane `bulk`, but for small audiences of critical
 * requests. Where the tenant has no such audience the fan-out has failed. Answers those that run.
 */
export async function beginFanouts(
  db: Db,
  fanouts: readonly NewFanout[],
): Promise<{ id: string; lane: Lane }[]> {
  const sorted = [...new Map(fanouts.map((one) => [one.id, one])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  return db.query<{ id: string; lane: Lane }>("router-begin-fanouts", BEGIN, [
    sorted.map(({ id }) => id),
    sorted.map(({ tenant }) => tenant),
    sorted.map(({ eventId }) => eventId),
    sorted.map(({ rule }) => rule),
    sorted.map(({ audience }) => audience),
    sorted.map(({ lane }) => lane),
    sorted.map(({ acceptedAt }) => acceptedAt),
    sorted.map(({ revision }) => revision),
    sorted.map(({ headers }) => JSON.stringify(headers)),
    sorted.map(({ value }) => value),
    MAX_CRITICAL,
  ]);
}

const BEGIN = `
with begun as (
  insert into routing.fanouts as f (id, tenant, event_id, rule, audience, audience_id, lane, status, accepted_at,
    catalog_revision, headers, value)
  select i.id, i.tenant, i.event_id, i.rule, i.audience, a.id,
    case when i.lane = 'critical' and (select count(*) from
      (select from directory.members m where m.audience = a.id limit $11 + 1) few) <= $11
    then 'critical' else 'bulk' end,
    case when a.id is null then 'failed' else 'running' end,
    i.accepted_at, i.revision, i.headers, i.value
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
      $9::text[], $10::bytea[])
    as i (id, tenant, event_id, rule, audience, lane, accepted_at, revision, headers, value)
  left join directory.audiences a on a.tenant = i.tenant and a.name = i.audience
  order by i.id
  on conflict (id) do update set tenant = f.tenant
  returning id, lane, status)
select id, lane from begun where status = 'running'`;

/** A fan-out as far as its pages need to know it. */
export type Fanout = {
  id: string;
  rule: string;
  audienceId: string;
  lane: Lane;
  status: Status;
  /** The last member of the last page known to be written. */
  reached: string | null;
  acceptedAt: number;
  revision: number;
  headers: Record<string, string>;
  value: Buffer;
};

type Row = Pick<Fanout, "id" | "rule" | "lane" | "status" | "reached" | "value"> & {
  tenant: string;
  audience_id: string | null;
  accepted_at: string;
  revision: string;
  headers: string;
};

/** Looks fan-outs up by tenant and id. */
export async function readFanouts(
  db: Db,
  ids: readonly string[],
): Promise<(tenant: string, id: string) => Fanout | null> {
  const rows = await db.query<Row>(
    "router-read-fanouts",
    `select id, tenant, rule, audience_id, lane, status, reached, accepted_at, catalog_revision as revision, headers, value
     from routing.fanouts where id = any($1::uuid[])`,
    [ids],
  );
  const found = new Map(rows.map((row) => [`${row.tenant}\0${row.id}`, row]));
  return (tenant, id) => {
    const row = found.get(`${tenant}\0${id}`);
    return row === undefined ? null : toFanout(row);
  };
}

function toFanout(row: Row): Fanout {
  const { id, rule, lane, status, reached, value } = row;
  return {
    id,
    rule,
    lane,
    status,
    reached,
    value,
    audienceId: row.audience_id ?? "0",
    acceptedAt: Number(row.accepted_at),
    revision: Number(row.revision),
    // Written by `beginFanouts`.
    headers: JSON.parse(row.headers) as Record<string, string>,
  };
}

export type Progress = { id: string; reached: string | null; expanded: number; pages: number };

/** Notes how far a fan-out is; a page written again moves nothing back. */
export async function noteProgress(db: Db, progress: Progress): Promise<void> {
  const { id, reached, expanded, pages } = progress;
  await db.query(
    "router-note-progress",
    `update routing.fanouts set reached = greatest(reached, $2), expanded = greatest(expanded, $3),
       pages = greatest(pages, $4), updated_at = now()
     where id = $1 and status = 'running'`,
    [id, reached, expanded, pages],
  );
}

/** Ends a fan-out that runs; the event is not needed any more. */
export async function endFanout(db: Db, id: string, status: Exclude<Status, "running">) {
  await db.query(
    "router-end-fanout",
    `update routing.fanouts set status = $2, headers = '{}', value = '', updated_at = now()
     where id = $1 and status = 'running'`,
    [id, status],
  );
}
