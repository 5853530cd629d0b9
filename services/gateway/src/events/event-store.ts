import type { Db } from "@pulsecourier/db";

/** An event the router has seen; `decision` is what it decided, null until then. */
export type SeenEvent = {
  source: string;
  type: string;
  acceptedAt: number;
  catalogRevision: number;
  decision: unknown;
};

// Sources are few, so stepping from one to the next over the primary key beats an index of its own.
const FIND = `
  with recursive sources as (
    (select source from routing.events where tenant = $1 order by source limit 1)
    union all
    select (select next.source from routing.events next
      where next.tenant = $1 and next.source > sources.source order by next.source limit 1)
    from sources where sources.source is not null)
  select e.source, e.type, e.accepted_at, e.catalog_revision, e.decision
  from sources join routing.events e on e.tenant = $1 and e.source = sources.source and e.event_id = $2`;

type Row = {
  source: string;
  type: string;
  accepted_at: string;
  catalog_revision: string;
  decision: unknown;
};

/** The tenant's events with this id, one for each source that used it. */
export async function findEvents(db: Db, tenant: string, id: string): Promise<SeenEvent[]> {
  const rows = await db.query<Row>("find-events", FIND, [tenant, id]);
  return rows.map((row) => ({
    source: row.source,
    type: row.type,
    acceptedAt: Number(row.accepted_at),
    catalogRevision: Number(row.catalog_revision),
    decision: row.decision,
  }));
}
