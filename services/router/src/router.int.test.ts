import { randomUUID } from "node:crypto";
import { putEntry } from "@pulsecourier/catalog";
import { DeliveryRecord, LANES, LifecycleFact, topicNames } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import {
  createConsumer,
  createKafka,
  createProducer,
  ensureTopics,
  type InRecord,
  type Producer,
} from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRouter } from "./app.ts";
import { routerConfig } from "./config.ts";

const silent = createLogger({ service: "router", level: "silent" });
const { brokers, topicPrefix } = testKafka();
const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger: silent });
const topics = topicNames(topicPrefix);
const outgoing = [
  topics.deliveries("inapp", "normal"),
  topics.lifecycle,
  topics.dlq(topics.events("normal")),
];
const received: InRecord[] = [];
const open: { close(): Promise<unknown> }[] = [];
let db: Db;
let producer: Producer;
let url: string;

beforeAll(async () => {
  const database = await testDatabase();
  open.push(database);
  db = createDb({ url: database.url, onError() {} });
  open.push(db);
  const names = [...LANES.map((lane) => topics.events(lane)), ...outgoing];
  await ensureTopics({ kafka, topics: names.map((name) => ({ name, partitions: 1 })) });
  producer = await createProducer({ kafka });
  open.push(producer);
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.test`,
    topics: outgoing,
    logger: silent,
    onFatal() {},
    work: {
      kind: "batch",
      maxRecords: 500,
      async handle(records) {
        received.push(...records);
      },
    },
  });
  await consumer.start();
  open.push({ close: () => consumer.stop(1_500) });
  const env = {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: brokers,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: topicPrefix,
  };
  const config = parseConfig(routerConfig, { ...env, ROUTER_PORT: "0" });
  const router = await createRouter(config, { logger: silent });
  ({ url } = await router.start());
  open.push(router);
  await eventually(() => consumer.ready());
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
});

afterAll(async () => {
  for (const one of open.toReversed()) await one.close();
});

function produce(headers: Record<string, string>, value: string | Buffer) {
  return producer.send([{ topic: topics.events("normal"), key: "k", headers, value }]);
}

const on = (topic: string) => received.filter((record) => record.topic === topic);

test("bytes that are no CloudEvent end in the dead-letter topic; what follows is routed", async () => {
  const definition = { on: "hello", recipients: ["event.data.to"], template: "hello" };
  await putEntry(db, { tenant: "default", kind: "rule", name: "hello", definition });
  const template = { channels: { inapp: { title: "Hello" } } };
  await putEntry(db, { tenant: "default", kind: "template", name: "hello", definition: template });
  const [garbage, id] = [Buffer.from([0xff, 0x00, 0x7b]), randomUUID()];
  await produce({}, garbage);
  const event = { ce_specversion: "1.0", ce_id: id, ce_source: "/test", ce_type: "hello" };
  await produce({ ...event, ce_pulsetenant: "default" }, '{"to":"ann"}');

  await eventually(() => on(topics.lifecycle).length === 1);
  await eventually(() => on(topics.deliveries("inapp", "normal")).length === 1);
  await eventually(() => on(topics.dlq(topics.events("normal"))).length === 1);
  const [delivery] = on(topics.deliveries("inapp", "normal"));
  expect(String(delivery?.key)).toBe("default:ann");
  expect(DeliveryRecord.parse(JSON.parse(String(delivery?.value)))).toMatchObject({
    eventId: id,
    channel: "inapp",
    address: "ann",
    template: { name: "hello", version: 1 },
  });
  const [fact] = on(topics.lifecycle);
  expect(fact?.headers).toMatchObject({
    ce_type: "notification.routed",
    ce_pulsetenant: "default",
  });
  expect(LifecycleFact.parse(JSON.parse(String(fact?.value))).type).toBe("notification.routed");
  const [letter] = on(topics.dlq(topics.events("normal")));
  expect(letter?.value).toEqual(garbage);
  expect(letter?.headers).toMatchObject({
    "ntf-reason": "poison",
    "ntf-err-code": "malformed_record",
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/pulse_router_events_total\{result="dead_lettered",service="router"\} 1/);
});
