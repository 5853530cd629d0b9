import { randomUUID } from "node:crypto";
import {
  deliveryId,
  type DeliveryRecord,
  factRecord,
  LifecycleFact,
  notificationId,
  topicNames,
  topicTable,
} from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import { createApiKey, createGateway, gatewayConfig } from "@pulsecourier/gateway";
import {
  createConsumer,
  createKafka,
  createProducer,
  ensureTopics,
  type Kafka,
} from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { createTracker, trackerConfig } from "@pulsecourier/tracker";
import { senderWebhook } from "./index.ts";
import { startReceiver } from "./test-receiver.ts";

const logger = createLogger({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

export type TestPlatform = Awaited<ReturnType<typeof startTestPlatform>>;

/** Gateway, tracker and sender-webhook on the test servers, and a receiver they may call. */
export async function startTestPlatform() {
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const names = topicNames(topicPrefix);
  const kafka = createKafka({ brokers: [brokers], clientId: "test", logger });
  const topics = topicTable(names).map(({ name }) => ({ name, partitions: 1 }));
  await ensureTopics({ kafka, topics });
  const db = createDb({ url: database.url, max: 2, onError: () => undefined });
  const producer = await createProducer({ kafka });
  const receiver = await startReceiver();
  const services = await startServices({
    KAFKA_BROKERS: brokers,
    DATABASE_URL: database.url,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: topicPrefix,
    CALLBACK_ALLOWED_ORIGINS: receiver.origin,
  });
  const watcher = await watchFacts(kafka, topicPrefix);

  return {
    db,
    receiver,
    facts: watcher.facts,
    secret: await loadSecret(db, "ids"),
    call: await createCall(db, services.url),
    /** Writes facts as services do. */
    tell: (some: readonly LifecycleFact[]) =>
      producer.send(some.map((fact) => factRecord(names.lifecycle, fact))),
    deliver: (delivery: DeliveryRecord) =>
      producer.send([
        {
          topic: names.deliveries("webhook", delivery.lane),
          key: delivery.id,
          value: JSON.stringify(delivery),
          headers: { "ntf-id": delivery.id },
        },
      ]),
    /** The fact of this type about a delivery, once it is there. */
    factOf: (delivery: string, type: LifecycleFact["type"]): Promise<LifecycleFact> =>
      eventually(() => {
        const found = watcher.facts.find(
          (fact) => fact.type === type && "deliveryId" in fact && fact.deliveryId === delivery,
        );
        if (found === undefined) throw new Error(`no ${type} of ${delivery}`);
        return found;
      }),
    async close() {
      await Promise.all([services.close(), watcher.stop()]);
      await Promise.all([producer.close(), receiver.close(), db.close()]);
      await database.close();
    },
  };
}

async function startServices(servers: Record<string, string>) {
  const env = {
    ...servers,
    LOG_LEVEL: "silent",
    GATEWAY_PORT: "0",
    TRACKER_PORT: "0",
    TRACKER_LINGER_MS: "10",
    SENDER_WEBHOOK_PORT: "0",
    WEBHOOK_PROVIDERS: "http",
  };
  const gateway = createGateway(parseConfig(gatewayConfig, env));
  const { url } = await gateway.start();
  const tracker = await createTracker(parseConfig(trackerConfig, env), { logger });
  await tracker.start();
  const sender = await senderWebhook.open(env, { logger, tierDelayMs: () => 200 });
  await sender.start();
  return {
    url,
    close: () => Promise.all([gateway.close(), tracker.close(), sender.close()]),
  };
}

async function watchFacts(kafka: Kafka, topicPrefix: string) {
  const facts: LifecycleFact[] = [];
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.watcher`,
    topics: [topicNames(topicPrefix).lifecycle],
    work: {
      kind: "batch",
      maxRecords: 1_000,
      handle: async (records) =>
        void facts.push(
          ...records.map(({ value }) => LifecycleFact.parse(JSON.parse(String(value)))),
        ),
    },
    logger,
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  return { facts, stop: () => consumer.stop(1_000) };
}

/** Calls the gateway as an administrator of the default tenant. */
async function createCall(db: Db, url: string) {
  const { key } = await createApiKey(db, {
    name: "test",
    scopes: ["admin", "operator"],
    tenant: "default",
    unlimited: true,
  });
  return async (line: string, body?: unknown) => {
    const [method = "", path = ""] = line.split(" ");
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
}

/** A notification's two facts: routed, and its mail sent. */
export function mailFacts(secret: Buffer, tenant = "default"): [LifecycleFact, LifecycleFact] {
  const acceptedAt = Date.now();
  const of = { tenant, acceptedAt, source: "/test", eventId: randomUUID(), rule: "" };
  const id = notificationId(secret, { ...of, recipient: "u" });
  const delivery = deliveryId(secret, tenant, id, "email");
  const common = { tenant, notificationId: id, at: new Date().toISOString() };
  const summary = {
    eventId: of.eventId,
    source: "/test",
    recipient: "u",
    category: null,
    lane: "normal" as const,
    channels: ["email" as const],
    acceptedAt: new Date(acceptedAt).toISOString(),
    sandbox: false,
  };
  const deliveries = [{ id: delivery, channel: "email" as const }];
  const ofDelivery = { deliveryId: delivery, channel: "email" as const, attempt: 1, redrive: 0 };
  return [
    { id: randomUUID(), type: "notification.routed", ...common, summary, deliveries, skipped: [] },
    {
      id: randomUUID(),
      type: "delivery.sent",
      ...common,
      ...ofDelivery,
      provider: "smtp",
      possibleDuplicate: false,
    },
  ];
}
