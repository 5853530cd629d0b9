import type { Db } from "./connection.ts";
import type { InboxOwner } from "./inbox-store.ts";

export type MissedItem = InboxOwner & {
  id: string;
  notificationId: string;
  seq: number;
  title: string;
  body: string | null;
  data: Record<string, unknown>;
  createdAt: Date;
  readAt: Date | null;
};

type Row = {
  tenant: string;
  recipient: string;
  id: string;
  notification_id: string;
  seq: string;
  title: string;
  body: string | null;
  data: Record<string, unknown>;
  created_at: Date;
  read_at: Date | null;
};

const MISSED = `
select item.tenant, item.recipient, item.id, item.notification_id, item.seq, item.title, item.body, item.data,
       item.created_at, item.read_at
from unnest($1::text[], $2::text[], $3::bigint[]) as behind (tenant, recipient, seq)
cross join lateral (
  select * from inbox.items
  where items.tenant = behind.tenant and items.recipient = behind.recipient and items.seq > behind.seq
    and items.archived_at is null and items.retracted_at is null
  order by items.seq
  limit $4
) as item`;

/** For each inbox the items after its `seq`, oldest first, at most `limit` an inbox: one query for many sockets. */
export async function missedItems(
  db: Db,
  behind: readonly (InboxOwner & { seq: number })[],
  limit: number,
): Promise<MissedItem[]> {
  const rows = await db.query<Row>("inbox-missed-items", MISSED, [
    behind.map((one) => one.tenant),
    behind.map((one) => one.recipient),
    behind.map((one) => one.seq),
    limit,
  ]);
  return rows.map(({ notification_id, created_at, read_at, seq, ...row }) => ({
    ...row,
    notificationId: notification_id,
    seq: Number(seq),
    createdAt: created_at,
    readAt: read_at,
  }));
}
