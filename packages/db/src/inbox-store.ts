import { textArray, uuidArray } from "./array-param.ts";
import type { Db } from "./connection.ts";

/** Whose inbox it is. This file and `mark-inbox-store.ts` alone touch `inbox.*`, always bound to an owner. */
export type InboxOwner = { tenant: string; recipient: string };

/** An item to put into an inbox; `id` is the delivery id. */
export type NewInboxItem = InboxOwner & {
  id: string;
  notificationId: string;
  title: string;
  body?: string | undefined;
  data: Record<string, unknown>;
};

export type InboxRow = {
  id: string;
  notificationId: string;
  /** Position in the inbox, ascending from 1; the cursor. */
  seq: number;
  title: string;
  body: string | null;
  data: Record<string, unknown>;
  createdAt: Date;
  readAt: Date | null;
  archivedAt: Date | null;
};

/** The newest `seq` of an inbox, and how many items are neither read nor archived. */
export type InboxHead = InboxOwner & { seq: number; unread: number };

/**
 * Puts items into their inboxes, all in one statement; answers in the order of `items`. An item whose id is there
 * already is left as it is (`inserted: false`). Items of one recipient become visible in the order of `seq`, also
 * from several writers, so that a reader who has seen `seq` never misses a lower one.
 */
export async function insertItems(
  db: Db,
  items: readonly NewInboxItem[],
): Promise<(InboxHead & { id: string; inserted: boolean })[]> {
  const rows = await db.query<{ seq: string; unread: number; inserted: boolean }>(
    "inbox-insert-items",
    `select seq, unread, inserted from inbox.insert_items(
       $1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[]::jsonb[])`,
    [
      textArray(items.map((item) => item.tenant)),
      textArray(items.map((item) => item.recipient)),
      uuidArray(items.map((item) => item.id)),
      uuidArray(items.map((item) => item.notificationId)),
      textArray(items.map((item) => item.title)),
      textArray(items.map((item) => item.body ?? null)),
      textArray(items.map((item) => JSON.stringify(item.data))),
    ],
  );
  return items.flatMap(({ tenant, recipient, id }, at) => {
    const row = rows[at];
    return row === undefined ? [] : [{ tenant, recipient, id, ...row, seq: Number(row.seq) }];
  });
}

/** Items from the newest down, at most `limit`, those below `before` when it is given. */
export async function listItems(
  db: Db,
  o: InboxOwner & {
    before?: number;
    limit: number;
    unreadOnly?: boolean;
    includeArchived?: boolean;
  },
): Promise<InboxRow[]> {
  let query = itemsOf(db, o).orderBy("seq", "desc").limit(o.limit);
  if (o.before !== undefined) query = query.where("seq", "<", String(o.before));
  if (o.unreadOnly === true) query = query.where("read_at", "is", null);
  query = query.where("retracted_at", "is", null);
  if (o.includeArchived !== true) query = query.where("archived_at", "is", null);
  return (await query.execute()).map(fromRow);
}

/** Items after `seq`, oldest first, at most `limit`: what a client that was away has missed. */
export async function itemsAfter(
  db: Db,
  o: InboxOwner & { seq: number; limit: number },
): Promise<InboxRow[]> {
  const rows = await itemsOf(db, o)
    .where("seq", ">", String(o.seq))
    .where("archived_at", "is", null)
    .orderBy("seq")
    .limit(o.limit)
    .execute();
  return rows.map(fromRow);
}

/** Heads of many inboxes at once, in the order asked for; an inbox nothing was put into has zeros. */
export async function headsOf(db: Db, owners: readonly InboxOwner[]): Promise<InboxHead[]> {
  const rows = await db.query<InboxOwner & { seq: string; unread: number }>(
    "inbox-heads-of",
    `select tenant, recipient, coalesce(h.seq, 0) as seq, coalesce(h.unread, 0) as unread
     from unnest($1::text[], $2::text[]) with ordinality as u (tenant, recipient, place)
     left join inbox.heads as h using (tenant, recipient)
     order by place`,
    [owners.map((owner) => owner.tenant), owners.map((owner) => owner.recipient)],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** How many items are neither read nor archived. */
export async function unread(db: Db, owner: InboxOwner): Promise<number> {
  const [head] = await headsOf(db, [owner]);
  return head?.unread ?? 0;
}

function itemsOf(db: Db, owner: InboxOwner) {
  return db.kysely
    .selectFrom("inbox.items")
    .select([
      "id",
      "notification_id",
      "seq",
      "title",
      "body",
      "data",
      "created_at",
      "read_at",
      "archived_at",
    ])
    .where("tenant", "=", owner.tenant)
    .where("recipient", "=", owner.recipient);
}

type Row = Awaited<ReturnType<ReturnType<typeof itemsOf>["execute"]>>[number];

function fromRow(row: Row): InboxRow {
  return {
    id: row.id,
    notificationId: row.notification_id,
    seq: Number(row.seq),
    title: row.title,
    body: row.body,
    data: row.data,
    createdAt: row.created_at,
    readAt: row.read_at,
    archivedAt: row.archived_at,
  };
}
