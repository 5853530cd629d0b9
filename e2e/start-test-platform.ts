import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** A whole platform of service processes on the servers of this test run, under a topic prefix of its own. */
export async function startTestPlatform(groups?: Groups) {
  const dataDir = mkdtempSync(join(tmpdir(), "pulse-e2e-"));
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const platform: Platform = await startPlatform({
    dataDir,
    env: {
      PATH: process.env["PATH"],
      LOG_LEVEL: "error",
      KAFKA_BROKERS: brokers,
      DATABASE_URL: database.url,
      REDIS_URL: inject("testServers").redisUrl,
      TOPIC_PREFIX: topicPrefix,
    },
    progress: { step: () => undefined, done: () => undefined },
    ...(groups === undefined ? {} : { groups }),
  });
  const api = createApi(platform.dev.gateway, platform.dev.apiKey);
  const shop = readShop(join(import.meta.dirname, "../examples/shop"));
  await loadShop(api, shop);
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
