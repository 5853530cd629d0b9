import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { runSql, withDatabase } from "./run-sql.ts";

/** A database of its own, already migrated and empty; `close` drops it and cuts its sessions. */
export async function testDatabase(): Promise<{ url: string; close: () => Promise<void> }> {
  const { databaseUrl, templateDatabase } = inject("testServers");
  const name = `pulse_test_${randomUUID().slice(0, 8)}`;
  await runSql(databaseUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  return {
    url: withDatabase(databaseUrl, name),
    close: () => runSql(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
