import { LANES, topicNames, topicTable } from "@pulsecourier/contracts";
import { putEntry } from "@pulsecourier/catalog";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createKafka, createProducer, ensureTopics } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { createSimulator, simulatorConfig } from "@pulsecourier/provider-simulator";
import { createRouter, routerConfig } from "@pulsecourier/router";
import { parseConfig } from "@pulsecourier/runtime";
import { senderEmail } from "@pulsecourier/sender-email";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { createTracker, trackerConfig } from "@pulsecourier/tracker";
import { Kafka as KafkaJs, logLevel } from "kafkajs";
import { ruleFor } from "../load/catalog.ts";

const logger = createLogger({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

export type TestLine = Awaited<ReturnType<typeof openTestLine>>;

/** From events to the provider in this process: router, tracker and simulator; senders come and go. */
export async function openTestLine() {
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const topics = topicNames(topicPrefix);
  const kafka = createKafka({ brokers: [brokers], clientId: "test", logger });
  const names = topicTable(topics).map(({ name }) => ({ name, partitions: 1 }));
  await ensureTopics({ kafka, topics: names });
  const db = createDb({ url: database.url, max: 2, onError: () => undefined });
  await putTemplateAndRule(db);
  const admin = new KafkaJs({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const producer = await createProducer({ kafka });
  const env = { KAFKA_BROKERS: brokers, DATABASE_URL: database.url, TOPIC_PREFIX: topicPrefix };
  const free = { SIMULATOR_PORT: "0", SIMULATOR_SMTP_PORT: "0", SIMULATOR_APNS_PORT: "0" };
  const simulator = createSimulator(parseConfig(simulatorConfig, free), { logger });
  const { url: simulatorUrl } = await simulator.start();
  const routerEnv = { ...env, REDIS_URL: testRedis().url, ROUTER_PORT: "0" };
  const router = await createRouter(parseConfig(routerConfig, routerEnv), { logger });
  const tracked = parseConfig(trackerConfig, { ...env, TRACKER_PORT: "0" });
  const tracker = await createTracker(tracked, { logger });
  await Promise.all([router.start(), tracker.start()]);

  return {
    sources: { db, admin, topics, topicPrefix, simulatorUrl, secret: await loadSecret(db, "ids") },
    topics,
    producer,
    db,
    /** A sender that can be let go of at once, as a crash would: `close` waits for nothing in flight. */
    async startSender() {
      const accounts = {
        ...env,
        REDIS_URL: testRedis().url,
        SENDER_EMAIL_PORT: "0",
        EMAIL_PROVIDERS: "sendgrid",
        SENDGRID_API_KEY: "SG.simulator",
        SENDGRID_BASE_URL: simulatorUrl,
        SHUTDOWN_DEADLINE_MS: "100",
        CALL_TIMEOUT_MS: "20000",
      };
      const sender = await senderEmail.open(accounts, { logger, tierDelayMs: () => 100 });
      const { url } = await sender.start();
      await eventually(async () => (await fetch(`${url}/readyz`)).ok);
      return sender;
    },
    async close() {
      await Promise.all([router.close(), tracker.close()]);
      await Promise.all([simulator.close(), producer.close(), admin.disconnect(), db.close()]);
      await database.close();
    },
  };
}

async function putTemplateAndRule(db: ReturnType<typeof createDb>): Promise<void> {
  const tenant = "default";
  const { rule, type: on } = ruleFor(["email"]);
  const channels = { email: { subject: "Event {{number}}", text: "Still here." } };
  await putEntry(db, { tenant, kind: "template", name: "chaos", definition: { channels } });
  const definition = {
    on,
    recipients: ["event.data.to"],
    channels: ["email" as const],
    template: "chaos",
    lane: LANES[1],
  };
  await putEntry(db, { tenant, kind: "rule", name: rule, definition });
}
