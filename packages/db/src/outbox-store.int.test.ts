import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDb, type Db } from "./connection.ts";
import { insertOutbox, type OutboxRecord, relayOutbox } from "./outbox-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 3, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});
beforeEach(async () => {
  await db.kysely.deleteFrom("gateway.outbox").execute();
});

const record = (key: string): OutboxRecord => ({
  topic: "t",
  key,
  headers: { a: "b" },
  value: Buffer.from([0, 255]),
});

/** Relays once and answers what was published. */
async function relayed(limit: number): Promise<OutboxRecord[]> {
  const seen: OutboxRecord[] = [];
  await relayOutbox(db, "gateway.outbox", limit, async (records) => seen.push(...records));
  return seen;
}

test("records leave whole, oldest first, once", async () => {
  await insertOutbox(db.kysely, [record("1"), record("2"), record("3")]);
  expect(await relayed(2)).toEqual([record("1"), record("2")]);
  expect(await relayed(2)).toEqual([record("3")]);
  expect(await relayed(2)).toEqual([]);
});

test("what could not be published stays", async () => {
  await insertOutbox(db.kysely, [record("1")]);
  const failing = relayOutbox(db, "gateway.outbox", 10, () =>
    Promise.reject(new Error("Kafka is away")),
  );
  await expect(failing).rejects.toThrow("Kafka is away");
  expect(await relayed(10)).toEqual([record("1")]);
});

test("two relays never take the same record", async () => {
  await insertOutbox(db.kysely, [record("1"), record("2")]);
  let other: OutboxRecord[] = [];
  await relayOutbox(db, "gateway.outbox", 1, async () => {
    other = await relayed(1);
  });
  expect(other).toEqual([record("2")]);
});

test("nothing leaves before its transaction is committed", async () => {
  await db.kysely.transaction().execute(async (transaction) => {
    await insertOutbox(transaction, [record("1")]);
    expect(await relayed(10)).toEqual([]);
  });
  expect(await relayed(10)).toEqual([record("1")]);
});
