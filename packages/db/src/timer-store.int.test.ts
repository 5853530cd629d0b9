import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb, type Db } from "./connection.ts";
import { travel } from "./clock-store.ts";
import { insertTimers, type NewTimer } from "./timer-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 1, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const timer = (last: string, headers: Record<string, string> = {}): NewTimer => ({
  id: `00000000-0000-4000-8000-00000000000${last}`,
  tenant: "acme",
  dueAt: new Date("2030-01-01T00:00:00.000Z"),
  topic: "t",
  key: null,
  headers,
  value: Buffer.from([0, 255]),
});

test("a timer that exists stays as it is, its neighbours are inserted", async () => {
  await insertTimers(db, [timer("1")]);
  await insertTimers(db, [{ ...timer("1"), topic: "another" }, timer("2")]);
  const rows = await db.kysely.selectFrom("schedule.timers").select(["topic", "value"]).execute();
  expect(rows).toEqual([1, 2].map(() => ({ topic: "t", value: Buffer.from([0, 255]) })));
});

test("whatever a header holds can be stored: U+0000 goes, the letters of its escape stay", async () => {
  await insertTimers(db, [timer("3", { zero: "a\0b", letters: "a\\u0000b" })]);
  const row = await db.kysely
    .selectFrom("schedule.timers")
    .select("headers")
    .where("id", "=", timer("3").id)
    .executeTakeFirstOrThrow();
  expect(row.headers).toEqual({ zero: "ab", letters: "a\\u0000b" });
});

test("nothing to insert asks nothing of the database", async () => {
  await expect(insertTimers(db, [])).resolves.toBeUndefined();
});

test("time travel brings near what is due by the platform's clock, and leaves a machine's waits as they are", async () => {
  const dueAt = new Date(Date.now() + 3_600_000);
  await travel(db, "PT30M");
  await insertTimers(db, [{ ...timer("4"), dueAt }]);
  await insertTimers(db, [{ ...timer("5"), dueAt }], "machine");
  const { rows } = await db.pool.query<{ minutes: number }>(
    `select round(extract(epoch from due_at - schedule.now()) / 60)::int as minutes
     from schedule.timers where id::text like '%4' or id::text like '%5' order by id`,
  );
  expect(rows.map(({ minutes }) => minutes)).toEqual([30, 60]);
});
