import { Kysely, PostgresDialect, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import pg from "pg";
import { gateway } from "./migrations/0001-gateway.ts";
import { catalog } from "./migrations/0002-catalog.ts";
import { directory } from "./migrations/0003-directory.ts";
import { routing } from "./migrations/0004-routing.ts";
import { ledger } from "./migrations/0005-ledger.ts";
import { schedule } from "./migrations/0006-schedule.ts";
import { tracking } from "./migrations/0007-tracking.ts";
import { inbox } from "./migrations/0008-inbox.ts";
import { receipts } from "./migrations/0009-receipts.ts";
import { callbacks } from "./migrations/0010-callbacks.ts";
import { inbound } from "./migrations/0011-inbound.ts";
import { stops } from "./migrations/0012-stops.ts";
import { tenantSettings } from "./migrations/0013-tenant-settings.ts";
import { attachments } from "./migrations/0014-attachments.ts";
import { devices } from "./migrations/0015-devices.ts";
import { sagas } from "./migrations/0016-sagas.ts";
import { clock } from "./migrations/0017-clock.ts";
import { signals } from "./migrations/0019-signals.ts";
import { pauses } from "./migrations/0020-pauses.ts";
import { sharedCounts } from "./migrations/0021-shared-counts.ts";
import { digests } from "./migrations/0022-digests.ts";
import { schedules } from "./migrations/0023-schedules.ts";
import { frequencyCaps } from "./migrations/0024-frequency-caps.ts";
import { audiences } from "./migrations/0025-audiences.ts";

const step = (statements: string): Migration => ({
  up: async (db) => {
    await sql.raw(statements).execute(db);
  },
});

/** Forward only, in this order; a landed migration is never edited. */
const migrations: Record<string, Migration> = {
  "0001-gateway": step(gateway),
  "0002-catalog": step(catalog),
  "0003-directory": step(directory),
  "0004-routing": step(routing),
  "0005-ledger": step(ledger),
  "0006-schedule": step(schedule),
  "0007-tracking": step(tracking),
  "0008-inbox": step(inbox),
  "0009-receipts": step(receipts),
  "0010-callbacks": step(callbacks),
  "0011-inbound": step(inbound),
  "0012-stops": step(stops),
  "0013-tenant-settings": step(tenantSettings),
  "0014-attachments": step(attachments),
  "0015-devices": step(devices),
  "0016-sagas": step(sagas),
  "0017-clock": step(clock),
  "0019-signals": step(signals),
  "0020-pauses": step(pauses),
  "0021-shared-counts": step(sharedCounts),
  "0022-digests": step(digests),
  "0023-schedules": step(schedules),
  "0024-frequency-caps": step(frequencyCaps),
  "0025-audiences": step(audiences),
};

/** Brings the database to the current schema. Safe to run from many processes: an advisory lock admits one. */
export async function migrate(databaseUrl: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl, max: 2 }) }),
  });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  } finally {
    await db.destroy();
  }
}
