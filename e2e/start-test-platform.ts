import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import {
  createApi,
  type Groups,
  loadShop,
  type Platform,
  readShop,
  startPlatform,
} from "@pulsecourier/cli";
import { testDatabase, testKafka } from "@pulsecourier/testkit";
import { inject } from "vitest";

export type TestPlatform = Awaited<ReturnType<typeof startTestPlatform>>;

export type TestPlatformOptions = {
  groups?: Groups;
  /** Brokers of its own, as many; the test run's own broker when left out. */
  brokers?: number;
  logLevel?: string;
  /** The simulator reports what became of messages. */
  receipts?: boolean;
  /** Where the services print; the test's own output when left out. */
  output?: Writable;
  /** Further variables of the services. */
  env?: Record<string, string>;
  /** A password in the services' address of Postgres; the test server takes any. */
  databasePassword?: string;
};

/** A whole platform of service processes on the servers of this test run, under a topic prefix of its own. */
export async function startTestPlatform(options: TestPlatformOptions = {}) {
  const { groups, output, brokers: ownBrokers } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-e2e-"));
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const databaseUrl = new URL(database.url);
  databaseUrl.password = options.databasePassword ?? databaseUrl.password;
  const platform: Platform = await startPlatform({
    dataDir,
    env: {
      PATH: process.env["PATH"],
      LOG_LEVEL: options.logLevel ?? "error",
      ...(ownBrokers === undefined ? { KAFKA_BROKERS: brokers } : {}),
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: inject("testServers").redisUrl,
      TOPIC_PREFIX: topicPrefix,
      ...options.env,
    },
    progress: { step: () => undefined, done: () => undefined, note: () => undefined },
    receipts: options.receipts ?? false,
    ...(groups === undefined ? {} : { groups }),
    ...(ownBrokers === undefined ? {} : { brokers: ownBrokers }),
    ...(output === undefined ? {} : { output }),
  });
  const api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const shop = readShop(join(import.meta.dirname, "../examples/shop"));
  await loadShop(api, shop, platform.dev.simulator);
  return {
    ...platform,
    api,
    shop,
    topicPrefix,
    close: async () => {
      await platform.close();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
