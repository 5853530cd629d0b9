import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCOPES } from "@pulsecourier/contracts";
import { createDb, migrate } from "@pulsecourier/db";
import { type Embedded, startEmbedded } from "@pulsecourier/embedded";
import { createApiKey } from "@pulsecourier/gateway";
import { createLogger } from "@pulsecourier/observability";
import type { Progress } from "../terminal/progress.ts";
import { createTopics } from "./create-topics.ts";
import { devEnvironment, type Infrastructure, withSimulator } from "./dev-environment.ts";
import type { DevFile } from "./dev-file.ts";
import { type Group, spawnGroup } from "./spawn-group.ts";

export type Platform = {
  dev: DevFile;
  groups: Group[];
  embedded: Embedded;
  /** Resolves with the name of the first group whose process ended, whether asked to or not. */
  ended: Promise<string>;
  /** Stops services first, then the servers. */
  close: () => Promise<void>;
};

export type PlatformOptions = {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  progress: Progress;
  partitions?: number;
};

/** Starts servers, schema, topics and services on this machine; rejects with one message when a part cannot. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { dataDir, env: user, progress } = options;
  const embedded = await startServers(options);
  const groups: Group[] = [];
  const ended = Promise.withResolvers<string>();
  const close = async () => {
    await Promise.all(groups.map((group) => group.close()));
    await embedded.close();
  };
  const start = async (name: Group["name"], env: NodeJS.ProcessEnv) => {
    const group = await spawnGroup(name, env, () => ended.resolve(name));
    groups.push(group);
    return group.services;
  };
  try {
    const infrastructure: Infrastructure = {
      kafka: embedded.kafka?.brokers ?? user["KAFKA_BROKERS"] ?? "",
      database: embedded.postgres?.url ?? user["DATABASE_URL"] ?? "",
      redis: embedded.redis?.url ?? user["REDIS_URL"] ?? "",
    };
    const env = await devEnvironment(user, infrastructure);
    const simulator = start("simulator", env);
    progress.step("Preparing database and topics");
    await Promise.all([migrate(infrastructure.database), prepareTopics(infrastructure, env, options.partitions ?? 4)]);
    const { "provider-simulator": provider } = await simulator;
    if (provider === undefined) throw new Error("The simulator reported no address.");
    progress.step("Starting services");
    const withAccounts = withSimulator(env, provider);
    const [keys, ingest, deliver] = await Promise.all([
      prepareKeys(dataDir, infrastructure.database),
      start("ingest", withAccounts),
      start("deliver", withAccounts),
    ]);
    const services = { ...ingest, ...deliver };
    const dev: DevFile = {
      gateway: services["gateway"]?.url ?? "",
      realtime: `${services["realtime"]?.url.replace("http", "ws")}/v1/realtime`,
      simulator: provider.url,
      ...infrastructure,
      ...keys,
      services: Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url])),
      pid: process.pid,
    };
    return { dev, groups, embedded, ended: ended.promise, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An address in the environment wins over the embedded server, one by one. */
function startServers({ dataDir, env, progress }: PlatformOptions): Promise<Embedded> {
  return startEmbedded({
    dataDir,
    env,
    kafka: env["KAFKA_BROKERS"] === undefined,
    postgres: env["DATABASE_URL"] === undefined,
    redis: env["REDIS_URL"] === undefined,
    onProgress: ({ message, done, total }) => {
      const bytes = done === undefined || total === undefined ? "" : `${megabytes(done)} of ${megabytes(total)} MB`;
      progress.step(message, bytes);
    },
  });
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

function prepareTopics(infrastructure: Infrastructure, env: NodeJS.ProcessEnv, partitions: number): Promise<void> {
  return createTopics({
    brokers: infrastructure.kafka.split(","),
    prefix: env["TOPIC_PREFIX"] ?? "pulse",
    partitions,
    replication: 1,
    logger: createLogger({ service: "topics", level: "error" }),
  });
}

async function prepareKeys(dataDir: string, databaseUrl: string) {
  const keys = { apiKey: devKey(dataDir, "dev"), sampleApiKey: devKey(dataDir, "sample") };
  const db = createDb({ url: databaseUrl, max: 2, onError: () => undefined });
  try {
    await db.query(
      "sample-tenant",
      "insert into gateway.tenants (id, sandbox) values ('sample', true) on conflict (id) do nothing",
      [],
    );
    const key = { scopes: [...SCOPES], unlimited: true };
    await createApiKey(db, { tenant: "default", name: "dev", key: keys.apiKey, ...key });
    await createApiKey(db, { tenant: "sample", name: "sample", key: keys.sampleApiKey, ...key });
    return keys;
  } finally {
    await db.close();
  }
}

/** A key of this checkout, made once, so that a pasted `curl` works again after a restart. */
function devKey(dataDir: string, name: string): string {
  const path = join(dataDir, `${name}.key`);
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path, `pc_${name}${randomBytes(3).toString("hex")}_${randomBytes(24).toString("hex")}`, { mode: 0o600 });
  }
  return readFileSync(path, "utf8").trim();
}
