import { type Channel, senderTopics, type Tier, topicNames } from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createKafka, createProducer, ensureTopics } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig, type Service } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { Redis } from "ioredis";
import { z } from "zod";
import { createSender } from "./create-sender.ts";
import {
  defineProvider,
  type OutgoingMessage,
  type ProviderAccount,
  type ProviderOutcome,
  type SendContext,
} from "./provider.ts";
import { senderEnv, withProviders } from "./sender-config.ts";
import type { SenderOverrides } from "./sender-options.ts";
import { deliveryMaker, deliveryWriter, ledgerOf } from "./test-deliveries.ts";
import { watchRecords } from "./test-watcher.ts";

export type Call = { provider: string; message: OutgoingMessage; context: SendContext };
export type Script = (call: Call) => ProviderOutcome | Promise<ProviderOutcome>;
export type BenchSender = Service & { calls: Call[]; url: string };

const logger = createLogger({
  service: "test",
  level: process.env["TEST_LOG_LEVEL"] ?? "silent",
});
/** Tiers as short as tests like them, and in the same order. */
export const SHORT_TIERS: Record<Tier, number> = {
  "5s": 100,
  "30s": 150,
  "2m": 200,
  "10m": 250,
  "1h": 300,
};

export type TestBench = Awaited<ReturnType<typeof openTestBench>>;

/** Topics of a channel, a database, and everything that its sender writes to them, for one test file. */
export async function openTestBench(channel: Channel = "email") {
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const names = topicNames(topicPrefix);
  const kafka = createKafka({ brokers: [brokers], clientId: "test", logger });
  const lanes = senderTopics(names, channel);
  const letterTopics = [...new Set(lanes.map((topic) => names.dlq(topic)))];
  const topics = [...lanes, ...letterTopics, names.lifecycle].map((name) => ({
    name,
    partitions: 1,
  }));
  await ensureTopics({ kafka, topics });
  const producer = await createProducer({ kafka });
  const db = createDb({ url: database.url, max: 2, onError: () => undefined });
  const written = [names.lifecycle, ...letterTopics, ...lanes.filter((lane) => /retry/.test(lane))];
  const group = `${topicPrefix}.watcher`;
  const watcher = await watchRecords({ kafka, group, topics: written, names });
  const env = {
    KAFKA_BROKERS: brokers,
    DATABASE_URL: database.url,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: topicPrefix,
  };
  const senders: Service[] = [];
  const redis = new Redis(env.REDIS_URL);
  async function forget(): Promise<void> {
    const keys = await redis.keys(`${topicPrefix}:*`);
    if (keys.length > 0) await redis.del(...keys);
  }

  return {
    db,
    names,
    env,
    ...watcher,
    ...deliveryWriter(producer, names, channel),
    ...ledgerOf(db),
    delivery: deliveryMaker(await loadSecret(db, "ids"), channel),
    async startSender(script: Script, o: StartOptions = {}) {
      if (!o.joins) await forget();
      const sender = await startScripted(script, { ...o, env: { ...env, ...o.env } });
      senders.push(sender);
      return sender;
    },
    async close() {
      await Promise.all(senders.map((sender) => sender.close()));
      await watcher.stop();
      await redis.quit();
      await producer.close();
      await db.close();
      await database.close();
    },
  };
}

type StartOptions = {
  env?: Record<string, string>;
  overrides?: SenderOverrides;
  /** What the providers answer when asked what became of a message; left out, they cannot tell. */
  lookUp?: ProviderAccount["lookUp"];
  /** Knows what senders before it found out about the accounts. */
  joins?: boolean;
};

/** A sender whose providers `first` and `second` do what the script says. */
async function startScripted(script: Script, o: StartOptions): Promise<BenchSender> {
  const calls: Call[] = [];
  const provider = (name: string) =>
    defineProvider({
      name,
      env: z.object({}),
      create: () => ({
        send: async (message, context) => {
          const call = { provider: name, message, context };
          calls.push(call);
          return script(call);
        },
        ...(o.lookUp && { lookUp: o.lookUp }),
      }),
    });
  const providers = [provider("first"), provider("second")];
  const config = parseConfig(withProviders(senderEnv, { channel: "email", providers }), {
    EMAIL_PROVIDERS: "first",
    CALL_TIMEOUT_MS: "1000",
    SHUTDOWN_DEADLINE_MS: "4000",
    ...o.env,
  });
  const tierDelayMs = (tier: Tier) => SHORT_TIERS[tier];
  const overrides = { logger, tierDelayMs, ...o.overrides };
  const service = await createSender({ channel: "email", providers, config, port: 0, overrides });
  const { url } = await service.start();
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  return { ...service, calls, url };
}
