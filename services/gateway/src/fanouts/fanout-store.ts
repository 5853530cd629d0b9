import type { FanoutView } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Row = {
  id: string;
  event_id: string;
  rule: string;
  audience: string;
  lane: NonNullable<FanoutView["lane"]>;
  status: FanoutView["status"];
  expanded: string;
  pages: number;
  members: string;
  created_at: Date;
  updated_at: Date;
};

const READ = `
select id, event_id, rule, audience, lane, status, expanded, pages, created_at, updated_at,
  (select count(*) from directory.members m where m.audience = f.audience_id) as members
from routing.fanouts f where tenant = $1 and id = $2`;

/** A fan-out of the tenant; null until the router has begun it. */
export async function readFanout(db: Db, tenant: string, id: string): Promise<FanoutView | null> {
  const [row] = await db.query<Row>("read-fanout", READ, [tenant, id]);
  if (row === undefined) return null;
  const { event_id: eventId, rule, audience, lane, status, pages } = row;
  return {
    id,
    status,
    eventId,
    audience,
    ...(rule !== "" && { rule }),
    lane,
    expanded: Number(row.expanded),
    pages,
    members: Number(row.members),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The fan-out was cancelled, though the router may not have come upon it yet. */
export async function isCancelled(db: Db, tenant: string, id: string): Promise<boolean> {
  const rows = await db.query(
    "find-tombstone",
    "select from ledger.tombstones where tenant = $1 and notification_id = $2",
    [tenant, id],
  );
  return rows.length > 0;
}
