import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@pulsecourier/db";
import { ANY_PORTS, startEmbedded } from "@pulsecourier/embedded";
import { runSql, withDatabase } from "./run-sql.ts";

/** What a test run is given. */
export interface TestAddresses {
  readonly brokers: string;
  /** A database in which new ones can be created. */
  readonly databaseUrl: string;
  /** Name of the migrated database every test database is copied from. */
  readonly templateDatabase: string;
  readonly redisUrl: string;
}

export interface TestServers extends TestAddresses {
  close(): Promise<void>;
}

/**
 * Starts the servers no environment variable names (KAFKA_BROKERS, DATABASE_URL, REDIS_URL), in a
 * temporary directory, and migrates a template database.
 */
export async function startTestServers(env: NodeJS.ProcessEnv): Promise<TestServers> {
  const dataDir = await mkdtemp(join(tmpdir(), "pulse-test-"));
  const embedded = await startEmbedded({
    dataDir,
    kafka: !env.KAFKA_BROKERS,
    postgres: !env.DATABASE_URL,
    redis: !env.REDIS_URL,
    preferredPorts: ANY_PORTS,
    // A power cut may cost the data of a test run; a killed process loses nothing without them.
    postgresSettings: { fsync: "off", full_page_writes: "off" },
  });
  const databaseUrl = env.DATABASE_URL || address(embedded.postgres?.url);
  const templateDatabase = `pulse_template_${randomUUID().slice(0, 8)}`;
  const close = async (): Promise<void> => {
    await runSql(databaseUrl, `DROP DATABASE IF EXISTS ${templateDatabase} WITH (FORCE)`);
    await embedded.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  await runSql(databaseUrl, `CREATE DATABASE ${templateDatabase}`);
  await migrate(withDatabase(databaseUrl, templateDatabase));
  return {
    brokers: env.KAFKA_BROKERS || address(embedded.kafka?.brokers),
    databaseUrl,
    templateDatabase,
    redisUrl: env.REDIS_URL || address(embedded.redis?.url),
    close,
  };
}

function address(value: string | undefined): string {
  if (value === undefined) throw new Error("an embedded server was started without an address");
  return value;
}
