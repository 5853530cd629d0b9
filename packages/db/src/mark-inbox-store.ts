import { type Kysely, sql } from "kysely";
import type { Db } from "./connection.ts";
import { headsOf, type InboxOwner } from "./inbox-store.ts";
import { insertOutbox, type OutboxRecord } from "./outbox-store.ts";
import type { Database } from "./schema/database.ts";

/** Makes the record that tells the world an item was read. */
export type ToOutbox = (item: { id: string; notificationId: string; readAt: Date }) => OutboxRecord;

/** Items `markAllRead` changes in one transaction. */
const READ_CHUNK = 1_000;

/**
 * Marks one item as read. `changed` is true for the first call alone, and only that one writes the outbox record.
 * Null when the recipient has no such item.
 */
export async function markRead(
  db: Db,
  o: InboxOwner & { id: string },
  toOutbox: ToOutbox,
): Promise<{ changed: boolean; unread: number } | null> {
  return await db.kysely.transaction().execute(async (transaction) => {
    await lockHead(transaction, o);
    const row = await transaction
      .updateTable("inbox.items")
      .set({ read_at: sql`clock_timestamp()` })
      .where("tenant", "=", o.tenant)
      .where("recipient", "=", o.recipient)
      .where("id", "=", o.id)
      .where("read_at", "is", null)
      .returning(["id", "notification_id", sql<Date>`read_at`.as("read_at"), "archived_at"])
      .executeTakeFirst();
    if (row === undefined) return await unchanged(transaction, o);
    await insertOutbox(transaction, [toOutbox(readItem(row))]);
    return {
      changed: true,
      unread: await lowerUnread(transaction, o, row.archived_at === null ? 1 : 0),
    };
  });
}

/** Marks everything that is in the inbox now as read; answers how many items changed. */
export async function markAllRead(db: Db, owner: InboxOwner, toOutbox: ToOutbox): Promise<number> {
  const [head] = await headsOf(db, [owner]);
  let changed = 0;
  for (;;) {
    const chunk = await markChunkRead(db, { ...owner, upTo: head?.seq ?? 0 }, toOutbox);
    changed += chunk;
    if (chunk < READ_CHUNK) return changed;
  }
}

/** Takes an item out of the list. Null when the recipient has no such item. */
export async function archiveItem(
  db: Db,
  o: InboxOwner & { id: string },
): Promise<{ changed: boolean; unread: number } | null> {
  return await db.kysely.transaction().execute(async (transaction) => {
    await lockHead(transaction, o);
    const row = await transaction
      .updateTable("inbox.items")
      .set({ archived_at: sql`clock_timestamp()` })
      .where("tenant", "=", o.tenant)
      .where("recipient", "=", o.recipient)
      .where("id", "=", o.id)
      .where("archived_at", "is", null)
      .returning("read_at")
      .executeTakeFirst();
    if (row === undefined) return await unchanged(transaction, o);
    return {
      changed: true,
      unread: await lowerUnread(transaction, o, row.read_at === null ? 1 : 0),
    };
  });
}

async function markChunkRead(
  db: Db,
  o: InboxOwner & { upTo: number },
  toOutbox: ToOutbox,
): Promise<number> {
  return await db.kysely.transaction().execute(async (transaction) => {
    await lockHead(transaction, o);
    const rows = await transaction
      .updateTable("inbox.items")
      .set({ read_at: sql`clock_timestamp()` })
      .where("tenant", "=", o.tenant)
      .where("recipient", "=", o.recipient)
      .where("seq", "in", (inner) =>
        inner
          .selectFrom("inbox.items")
          .select("seq")
          .where("tenant", "=", o.tenant)
          .where("recipient", "=", o.recipient)
          .where("seq", "<=", String(o.upTo))
          .where("read_at", "is", null)
          .where("archived_at", "is", null)
          .orderBy("seq")
          .limit(READ_CHUNK),
      )
      .returning(["id", "notification_id", sql<Date>`read_at`.as("read_at")])
      .execute();
    await insertOutbox(transaction, rows.map(readItem).map(toOutbox));
    await lowerUnread(transaction, o, rows.length);
    return rows.length;
  });
}

/** Writers of one inbox take its head first, so that counts stay exact and no two of them deadlock. */
async function lockHead(transaction: Kysely<Database>, owner: InboxOwner): Promise<void> {
  await transaction
    .selectFrom("inbox.heads")
    .select("seq")
    .where("tenant", "=", owner.tenant)
    .where("recipient", "=", owner.recipient)
    .forUpdate()
    .execute();
}

async function lowerUnread(
  transaction: Kysely<Database>,
  owner: InboxOwner,
  by: number,
): Promise<number> {
  const head = await transaction
    .updateTable("inbox.heads")
    .set((row) => ({ unread: row("unread", "-", by) }))
    .where("tenant", "=", owner.tenant)
    .where("recipient", "=", owner.recipient)
    .returning("unread")
    .executeTakeFirst();
  return head?.unread ?? 0;
}

async function unchanged(transaction: Kysely<Database>, o: InboxOwner & { id: string }) {
  const head = await transaction
    .selectFrom("inbox.items")
    .innerJoin("inbox.heads", (join) =>
      join
        .onRef("inbox.heads.tenant", "=", "inbox.items.tenant")
        .onRef("inbox.heads.recipient", "=", "inbox.items.recipient"),
    )
    .select("inbox.heads.unread")
    .where("inbox.items.tenant", "=", o.tenant)
    .where("inbox.items.recipient", "=", o.recipient)
    .where("inbox.items.id", "=", o.id)
    .executeTakeFirst();
  return head === undefined ? null : { changed: false, unread: head.unread };
}

function readItem(row: { id: string; notification_id: string; read_at: Date }) {
  return { id: row.id, notificationId: row.notification_id, readAt: row.read_at };
}
