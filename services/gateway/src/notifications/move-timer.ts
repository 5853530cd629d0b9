import {
  acceptedAtOf,
  ADHOC_SOURCE,
  AdhocEvent,
  deriveId,
  type IdSecret,
  recipientKey,
} from "@pulsecourier/contracts";
import { type Database, type Db, insertOutbox, type OutboxRecord } from "@pulsecourier/db";
import type { Selectable, Transaction } from "kysely";

type Timer = Selectable<Database["schedule.timers"]>;
type Move = {
  secret: IdSecret;
  tenant: string;
  notification: { id: string; eventId: string; recipient: string };
  sendAt: Date;
  /** Keeps the attachments it needs until then. */
  keep: (attachmentIds: string[]) => Promise<unknown>;
  /** Published with the move, or not at all. */
  record: OutboxRecord;
};

/**
 * Has a notification wait for another time. One among others of its request gets a timer of its own, and the timer of
 * the request goes without it, so that it is in one of them always. False when none holds it: it was fired, is being
 * fired (the scheduler has locked the timer), or was cancelled.
 */
export function moveTimer(db: Db, move: Move): Promise<boolean> {
  const { secret, tenant, notification, sendAt } = move;
  const { eventId, recipient } = notification;
  const named = (parts: string[]) =>
    deriveId(secret, tenant, acceptedAtOf(notification.id), [ADHOC_SOURCE, eventId, ...parts]);
  const own = named(["send-at", recipient]);
  const shared = named(["send-at"]);
  return db.kysely.transaction().execute(async (transaction) => {
    if (await isCancelled(transaction, tenant, notification.id)) return false;
    const timer = await holding(transaction, { tenant, ids: [own, shared], recipient });
    if (timer === null) return false;
    const { row, event } = timer;
    await move.keep((event.attachments ?? []).map(({ id }) => id));
    const isIt = (one: AdhocEvent["to"][number]) => recipientKey(one) === recipient;
    const others = event.to.filter((one) => !isIt(one));
    const { audiences, ...request } = event;
    const moved = { ...request, to: event.to.filter(isIt), sendAt: sendAt.toISOString() };
    if (others.length === 0 && audiences === undefined) {
      await update(transaction, row.id, { due_at: sendAt, value: valueOf(moved) });
    } else {
      await update(transaction, row.id, { value: valueOf({ ...event, to: others }) });
      const { created_at: _, ...copied } = row;
      const headers = JSON.stringify(row.headers);
      const timerOfItsOwn = { ...copied, id: own, headers, due_at: sendAt, value: valueOf(moved) };
      await transaction.insertInto("schedule.timers").values(timerOfItsOwn).execute();
    }
    await insertOutbox(transaction, [move.record]);
    return true;
  });
}

async function isCancelled(transaction: Transaction<Database>, tenant: string, id: string) {
  const found = await transaction
    .selectFrom("ledger.tombstones")
    .select("notification_id")
    .where("tenant", "=", tenant)
    .where("notification_id", "=", id)
    .executeTakeFirst();
  return found !== undefined;
}

/** The timer that will send it, locked; null when nobody has it or the scheduler does. */
async function holding(
  transaction: Transaction<Database>,
  of: { tenant: string; ids: string[]; recipient: string },
): Promise<{ row: Timer; event: AdhocEvent } | null> {
  const rows = await transaction
    .selectFrom("schedule.timers")
    .selectAll()
    .where("tenant", "=", of.tenant)
    .where("id", "in", of.ids)
    .orderBy("id")
    .forUpdate()
    .skipLocked()
    .execute();
  for (const row of rows) {
    const event = AdhocEvent.parse(JSON.parse(row.value.toString("utf8")));
    if (event.to.some((one) => recipientKey(one) === of.recipient)) return { row, event };
  }
  return null;
}

async function update(
  transaction: Transaction<Database>,
  id: string,
  values: Partial<Pick<Timer, "due_at" | "value">>,
): Promise<void> {
  await transaction.updateTable("schedule.timers").set(values).where("id", "=", id).execute();
}

function valueOf(event: AdhocEvent): Buffer {
  return Buffer.from(JSON.stringify(event));
}
