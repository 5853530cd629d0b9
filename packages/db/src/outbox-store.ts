import type { Kysely } from "kysely";
import type { Db } from "./connection.ts";
import type { Database } from "./schema/database.ts";

/** A record to publish by way of the outbox. */
export type OutboxRecord = {
  topic: string;
  key: string;
  headers: Record<string, string>;
  value: Buffer;
};

/** Each service with an outbox has its own. */
export type OutboxTable = "gateway.outbox" | "saga.outbox";

/** Writes records to the gateway's outbox; they leave once the transaction is committed. */
export async function insertOutbox(
  transaction: Kysely<Database>,
  records: readonly OutboxRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ headers, ...record }) => ({
    ...record,
    headers: JSON.stringify(headers),
  }));
  await transaction.insertInto("gateway.outbox").values(rows).execute();
}

/**
 * Takes the oldest records (at most `limit`) nobody else is taking, hands them to `publish`, and deletes them when it
 * resolves; when it rejects they stay. Answers how many there were.
 */
export async function relayOutbox(
  db: Db,
  table: OutboxTable,
  limit: number,
  publish: (records: OutboxRecord[]) => Promise<unknown>,
): Promise<number> {
  return await db.transaction(async (query) => {
    const rows = await query<OutboxRow>(`relay-${table}`, TAKE[table], [limit]);
    if (rows.length === 0) return 0;
    const oldestFirst = rows.toSorted((a, b) => Number(a.id) - Number(b.id));
    await publish(
      oldestFirst.map(({ topic, key, headers, value }) => ({
        topic,
        key: key ?? "",
        headers,
        value,
      })),
    );
    return rows.length;
  });
}

type OutboxRow = Omit<OutboxRecord, "key"> & { id: string; key: string | null };

// What is deleted is there again when its transaction is rolled back.
const take = (table: OutboxTable) => `
delete from ${table} where id = any(array(
  select id from ${table} order by id limit $1 for update skip locked))
returning id, topic, key, headers, value`;
const TAKE: Record<OutboxTable, string> = {
  "gateway.outbox": take("gateway.outbox"),
  "saga.outbox": take("saga.outbox"),
};

/**
 * How long the oldest record of an outbox has waited for Kafka, s; 0 when none waits or Postgres does not answer. The
 * first by the primary key: an empty or a short outbox costs one look.
 */
export async function readOutboxAge(db: Db, table: OutboxTable): Promise<number> {
  const [row] = await db
    .query<{ age: number }>(
      `oldest-${table}`,
      `select extract(epoch from now() - created_at)::float as age from ${table} order by id limit 1`,
      [],
    )
    .catch(() => []);
  return row?.age ?? 0;
}
