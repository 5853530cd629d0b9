import { randomUUID } from "node:crypto";
import {
  type DeliveryRecord,
  deliveryId,
  type FactType,
  type Lane,
  LifecycleFact,
  notificationId,
  senderTopics,
  type Tier,
  topicNames,
} from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createConsumer, createKafka, createProducer, ensureTopics, type InRecord } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig, type Service } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka } from "@pulsecourier/testkit";
import { z } from "zod";
import { createSender } from "./create-sender.ts";
import { defineProvider, type OutgoingMessage, type ProviderOutcome, type SendContext } from "./provider.ts";
import { senderEnv, withProviders } from "./sender-config.ts";
import type { SenderOverrides } from "./sender-options.ts";

export type Call = { provider: string; message: OutgoingMessage; context: SendContext };
export type Script = (call: Call) => ProviderOutcome | Promise<ProviderOutcome>;
export type BenchSender = Service & { calls: Call[]; url: string };

const logger = createLogger({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
/** Tiers as short as tests like them, and in the same order. */
export const SHORT_TIERS: Record<Tier, number> = { "5s": 100, "30s": 150, "2m": 200, "10m": 250, "1h": 300 };

export type TestBench = Awaited<ReturnType<typeof openTestBench>>;

/** Topics, a database, and everything that senders write to them, for one test file. */
export async function openTestBench() {
  const database = await testDatabase();
  const { brokers, topicPrefix } = testKafka();
  const names = topicNames(topicPrefix);
  const kafka = createKafka({ brokers: [brokers], clientId: "test", logger });
  const lanes = senderTopics(names, "email");
  const letterTopics = [...new Set(lanes.map((topic) => names.dlq(topic)))];
  const topics = [...lanes, ...letterTopics, names.lifecycle].map((name) => ({ name, partitions: 1 }));
  // A broker under load may answer for a topic before it knows it.
  await eventually(() => ensureTopics({ kafka, topics }));
  const producer = await createProducer({ kafka });
  const db = createDb({ url: database.url, max: 2, onError: () => undefined });
  const secret = await loadSecret(db, "ids");
  const facts: LifecycleFact[] = [];
  const letters: InRecord[] = [];
  const parked: InRecord[] = [];
  const watcher = createConsumer({
    kafka,
    group: `${topicPrefix}.watcher`,
    topics: [names.lifecycle, ...letterTopics, ...lanes.filter((topic) => topic.includes(".retry."))],
    work: {
      kind: "batch",
      maxRecords: 1_000,
      handle: (records) => {
        for (const record of records) {
          if (record.topic === names.lifecycle) facts.push(LifecycleFact.parse(JSON.parse(String(record.value))));
          else (record.topic.includes(".dlq.") ? letters : parked).push(record);
        }
        return Promise.resolve();
      },
    },
    logger,
    onFatal: (error) => {
      throw error;
    },
  });
  await watcher.start();
  await eventually(() => watcher.ready());
  const senders: Service[] = [];

  return {
    db,
    names,
    facts,
    letters,
    parked,
    secret,
    env: { KAFKA_BROKERS: brokers, DATABASE_URL: database.url, TOPIC_PREFIX: topicPrefix },

    /** A sender with scripted providers `first` and `second`, or those of `env`. */
    async startSender(script: Script, o: { env?: Record<string, string>; overrides?: SenderOverrides } = {}) {
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
          }),
        });
      const providers = [provider("first"), provider("second")];
      const config = parseConfig(withProviders(senderEnv, { channel: "email", providers }), {
        KAFKA_BROKERS: brokers,
        DATABASE_URL: database.url,
        TOPIC_PREFIX: topicPrefix,
        EMAIL_PROVIDERS: "first",
        CALL_TIMEOUT_MS: "1000",
        SHUTDOWN_DEADLINE_MS: "4000",
        ...o.env,
      });
      const overrides = { logger, tierDelayMs: (tier: Tier) => SHORT_TIERS[tier], ...o.overrides };
      const service = await createSender({ channel: "email", providers, config, port: 0, overrides });
      const { url } = await service.start();
      await eventually(async () => (await fetch(`${url}/readyz`)).ok);
      senders.push(service);
      return { ...service, calls, url };
    },

    /** A delivery with ids as the platform makes them. */
    delivery(fields: Partial<DeliveryRecord> = {}): DeliveryRecord {
      const tenant = fields.tenant ?? "default";
      const recipient = randomUUID();
      const acceptedAt = Date.now();
      const of = { tenant, acceptedAt, source: "/test", eventId: recipient, rule: "", recipient };
      const notification = notificationId(secret, of);
      return {
        ...{ id: deliveryId(secret, tenant, notification, "email"), notificationId: notification, tenant, acceptedAt },
        ...{ eventId: recipient, channel: "email", lane: "normal", category: null, sandbox: false, optOut: false },
        ...{ onUnknown: "at_least_once", address: "ada@example.com", recipient: { id: recipient }, data: {} },
        content: { subject: "Hello", text: "Hello" },
        ...fields,
      };
    },

    /** Writes delivery records to their lanes, `times` each. */
    async publish(deliveries: readonly DeliveryRecord[], o: { headers?: Record<string, string>; times?: number } = {}) {
      const records = deliveries.map((delivery) => ({
        topic: names.deliveries("email", delivery.lane),
        key: `${delivery.tenant}:${delivery.recipient.id ?? delivery.id}`,
        value: JSON.stringify(delivery),
        headers: { "ntf-id": delivery.id, ...o.headers },
      }));
      for (let time = 0; time < (o.times ?? 1); time += 1) await producer.send(records);
    },

    /** Writes a delivery record to any topic. */
    publishTo: (topic: string, delivery: DeliveryRecord) =>
      producer.send([{ topic, key: delivery.id, value: JSON.stringify(delivery), headers: { "ntf-id": delivery.id } }]),

    publishRaw: (lane: Lane, value: string) =>
      producer.send([{ topic: names.deliveries("email", lane), key: "default:raw", value, headers: {} }]),

    factsOf: (delivery: { notificationId: string }) =>
      facts.filter((fact) => fact.notificationId === delivery.notificationId),

    /** The first fact of a type about the delivery, once there is one. */
    factOf<T extends FactType>(delivery: { notificationId: string }, type: T) {
      const wanted = (fact: LifecycleFact): fact is Extract<LifecycleFact, { type: T }> =>
        fact.notificationId === delivery.notificationId && fact.type === type;
      return eventually(() => facts.find(wanted) ?? null).then(present);
    },

    /** The first dead letter of the delivery, once there is one. */
    letterOf: (delivery: { id: string }) =>
      eventually(() => letters.find(({ headers }) => headers["ntf-id"] === delivery.id) ?? null).then(present),

    async row(delivery: { id: string }) {
      const rows = await db.kysely.selectFrom("ledger.deliveries").selectAll().where("id", "=", delivery.id).execute();
      return rows[0];
    },

    /** As if the lease of the delivery's call had run out. */
    async endLease(delivery: { id: string }) {
      const past = { lease_until: new Date(Date.now() - 1_000) };
      await db.kysely.updateTable("ledger.deliveries").set(past).where("id", "=", delivery.id).execute();
    },

    async cancel(delivery: { notificationId: string; tenant: string }) {
      const row = { notification_id: delivery.notificationId, tenant: delivery.tenant };
      await db.kysely.insertInto("ledger.tombstones").values(row).execute();
    },

    async close() {
      await Promise.all(senders.map((sender) => sender.close()));
      await watcher.stop(2_000);
      await producer.close();
      await db.close();
      await database.close();
    },
  };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error("nothing was found");
  return value;
}
