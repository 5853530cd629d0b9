import type { Database, Db } from "@pulsecourier/db";
import type { Headers, OutRecord } from "@pulsecourier/kafka";
import { type RawBuilder, sql, type Transaction } from "kysely";

/** A timer that is due, with the record to publish. */
export type DueTimer = { id: string; record: OutRecord };

/** Bytes of records taken at once; the first is taken whatever it weighs. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Locks timers that are due by the platform's clock, the longest due first, at most `limit`, leaving out those another
 * instance holds. They stay locked until the transaction ends.
 */
export function claimDue(transaction: Transaction<Database>, limit: number): Promise<DueTimer[]> {
  return claim(
    transaction,
    sql`
    select id, octet_length(value) as bytes from schedule.timers
    where due_at <= schedule.now()
    order by due_at, id limit ${limit}
    for update skip locked`,
  );
}

/** The timers a statement locks, in its order, as many as may be in hand at once. */
export async function claim(
  transaction: Transaction<Database>,
  lock: RawBuilder<{ id: string; bytes: number }>,
): Promise<DueTimer[]> {
  const locked = await lock.execute(transaction);
  const ids: string[] = [];
  let bytes = 0;
  for (const row of locked.rows) {
    bytes += row.bytes;
    if (ids.length > 0 && bytes > MAX_BYTES) break;
    ids.push(row.id);
  }
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`
    select id, topic, key, headers, value from schedule.timers
    where id = any(${ids}::uuid[])`.execute(transaction);
  const records = new Map(rows.map(({ id, ...record }) => [id, record]));
  return ids.flatMap((id) => {
    const record = records.get(id);
    return record === undefined ? [] : [{ id, record }];
  });
}

type Row = { id: string; topic: string; key: string | null; headers: Headers; value: Buffer };

export async function deleteTimers(
  transaction: Transaction<Database>,
  ids: string[],
): Promise<void> {
  await sql`delete from schedule.timers where id = any(${ids}::uuid[])`.execute(transaction);
}

/** Puts off timers whose record Kafka refuses, so that they do not stand before the others. */
export async function postponeTimers(
  transaction: Transaction<Database>,
  ids: string[],
): Promise<void> {
  await sql`
    update schedule.timers set due_at = schedule.now() + interval '10 minutes', held_by = null
    where id = any(${ids}::uuid[])`.execute(transaction);
}

/** Milliseconds until the next timer is due, negative when it has been for that long; null without timers. */
export async function msUntilNext(db: Db): Promise<number | null> {
  const [row] = await db.query<{ ms: number | null }>(
    "scheduler-ms-until-next",
    `select (extract(epoch from min(due_at) - schedule.now()) * 1000)::float8 as ms
     from schedule.timers`,
    [],
  );
  return row?.ms ?? null;
}
