import { eventually, testDatabase } from "@pulsecourier/testkit";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb, type Db } from "./connection.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
let other: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 1, onError: () => undefined });
  other = createDb({ url: database.url, max: 1, onError: () => undefined });
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await database.close();
});

test("a server that goes away between two statements of a transaction fails it, and nothing else", async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on("uncaughtExceptionMonitor", note);
  const broken = db.kysely.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
      transaction,
    );
    await other.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await eventually(async () => {
      const sessions = await other.pool.query("select from pg_stat_activity where pid = $1", [
        rows[0]?.pid,
      ]);
      expect(sessions.rowCount).toBe(0);
    });
    // The end of the connection is noticed before the next statement.
    await new Promise((resolve) => setImmediate(resolve));
    await sql`select 1`.execute(transaction);
  });
  await expect(broken).rejects.toThrow(/terminat|not queryable|closed/i);
  expect(await db.query("one", "select 1 as one", [])).toEqual([{ one: 1 }]);
  process.off("uncaughtExceptionMonitor", note);
  expect(uncaught).toEqual([]);
});
