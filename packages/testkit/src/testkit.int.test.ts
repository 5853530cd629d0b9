import { Client } from "pg";
import { expect, test } from "vitest";
import { testDatabase } from "./test-database.ts";
import { testKafka } from "./test-kafka.ts";

test("a test database is migrated, its own, and gone after close", async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  const client = new Client({ connectionString: one.url });
  await client.connect();
  const { rows } = await client.query(
    "select 1 from information_schema.tables where table_schema = 'ledger'",
  );
  await client.end();
  expect(rows.length).toBeGreaterThan(0);
  expect(one.url).not.toBe(other.url);
  await one.close();
  await other.close();
  const late = new Client({ connectionString: one.url });
  await expect(late.connect()).rejects.toThrow("does not exist");
});

test("every caller gets a topic prefix of its own", () => {
  expect(testKafka().topicPrefix).not.toBe(testKafka().topicPrefix);
});
