import type { Db } from "./connection.ts";
import type { InboxHead, InboxOwner } from "./inbox-store.ts";

export type MissedItem = {
  seq: number;
  id: string;
  title: string;
  body: string | null;
  data: Record<string, unknown>;
  createdAt: Date;
  readAt: Date | null;
  /** It was taken back: whoever has it shall take it off. */
  retracted: boolean;
};

/** An inbox as it is now, and its first items after the position that was asked about. */
export type MissedInbox = InboxHead & { items: MissedItem[] };

type ItemRow = Omit<MissedItem, "seq" | "createdAt" | "readAt" | "retracted"> & {
  item_seq: string;
  created_at: Date;
  read_at: Date | null;
  retracted_at: Date | null;
};
type Row = { place: number; seq: string; unread: number } & (ItemRow | { item_seq: null });

/** Most items of one inbox in one answer, and about how many bytes of them (at least one item comes). */
const MAX_ITEMS = 100;
const MAX_BYTES = 262_144;

const MISSED = `
select behind.place::int, coalesce(head.seq, 0) as seq, coalesce(head.unread, 0) as unread,
       item.seq as item_seq, item.id, item.title, item.body, item.data, item.created_at, item.read_at,
       item.retracted_at
from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as behind (tenant, recipient, seq, place)
left join inbox.heads as head on head.tenant = behind.tenant and head.recipient = behind.recipient
left join lateral (
  select * from (
    select first.*, sum(octet_length(title) + coalesce(octet_length(body), 0) + pg_column_size(data))
      over (order by seq rows between unbounded preceding and 1 preceding) as bytes_before
    from (
      select * from inbox.items as i
      where i.tenant = behind.tenant and i.recipient = behind.recipient and i.seq > behind.seq
        and (i.archived_at is null or i.retracted_at is not null)
      order by i.seq
      limit ${MAX_ITEMS}
    ) as first
  ) as sized
  where bytes_before is null or bytes_before < ${MAX_BYTES}
) as item on true
order by behind.place, item.seq`;

/**
 * What was put into each inbox after `seq`, oldest first, and what was taken back since, without what is archived: one query and one snapshot for
 * many inboxes, answered in the order asked. A long list is cut; the rest comes when asked after its last item.
 */
export async function missedInboxes(
  db: Db,
  behind: readonly (InboxOwner & { seq: number })[],
): Promise<MissedInbox[]> {
  const rows = await db.query<Row>("inbox-missed", MISSED, [
    behind.map((one) => one.tenant),
    behind.map((one) => one.recipient),
    behind.map((one) => one.seq),
  ]);
  const inboxes: MissedInbox[] = behind.map(({ tenant, recipient }) => ({
    tenant,
    recipient,
    seq: 0,
    unread: 0,
    items: [],
  }));
  for (const row of rows) {
    const inbox = inboxes[row.place - 1];
    if (inbox === undefined) throw new Error("Postgres answered about an inbox nobody asked for");
    inbox.seq = Number(row.seq);
    inbox.unread = row.unread;
    if (row.item_seq !== null) inbox.items.push(fromRow(row));
  }
  return inboxes;
}

function fromRow(row: ItemRow): MissedItem {
  const { id, title, body, data } = row;
  return {
    seq: Number(row.item_seq),
    id,
    title,
    body,
    data,
    createdAt: row.created_at,
    readAt: row.read_at,
    retracted: row.retracted_at !== null,
  };
}
