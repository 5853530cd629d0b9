import { randomBytes, randomUUID } from "node:crypto";
import {
  deliveryId,
  type LifecycleFact,
  notificationId,
  topicNames,
  topicTable,
} from "@pulsecourier/contracts";
import { createDb } from "@pulsecourier/db";
import {
  createConsumer,
  createKafka,
  createProducer,
  deadLetter,
  ensureTopics,
} from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTracker, trackerConfig } from "./index.ts";

const logger = createLogger({ service: "test", level: "silent" });
const { brokers, topicPrefix } = testKafka();
const names = topicNames(topicPrefix);
const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger });
const secret = randomBytes(32);
const stop: (() => Promise<void>)[] = [];
let db: ReturnType<typeof createDb>;
let producer: Awaited<ReturnType<typeof createProducer>>;

beforeAll(async () => {
  const database = await testDatabase();
  await ensureTopics({
    kafka,
    topics: topicTable(names).map(({ name }) => ({ name, partitions: 1 })),
  });
  db = createDb({ url: database.url, onError: () => undefined });
  producer = await createProducer({ kafka });
  const env = {
    KAFKA_BROKERS: brokers,
    DATABASE_URL: database.url,
    TOPIC_PREFIX: topicPrefix,
  };
  const tracker = await createTracker(
    parseConfig(trackerConfig, { ...env, TRACKER_PORT: "0", TRACKER_LINGER_MS: "10" }),
    { logger },
  );
  await tracker.start();
  stop.push(
    () => tracker.close(),
    () => producer.close(),
    () => db.close(),
    () => database.close(),
  );
});
afterAll(async () => {
  for (const close of stop) await close();
});

function facts(tenant: string): { id: string; delivery: string; all: LifecycleFact[] } {
  const acceptedAt = Date.now();
  const id = notificationId(secret, {
    tenant,
    acceptedAt,
    source: "/s",
    eventId: randomUUID(),
    rule: "",
    recipient: "u",
  });
  const delivery = deliveryId(secret, tenant, id, "email");
  const common = { tenant, notificationId: id, at: new Date().toISOString() };
  const summary = {
    eventId: "e",
    source: "/s",
    recipient: "u",
    category: null,
    lane: "normal" as const,
    channels: ["email" as const],
    acceptedAt: new Date(acceptedAt).toISOString(),
    sandbox: false,
  };
  const deliveries = [{ id: delivery, channel: "email" as const }];
  const ofDelivery = { deliveryId: delivery, channel: "email" as const, attempt: 1, redrive: 0 };
  return {
    id,
    delivery,
    all: [
      {
        id: randomUUID(),
        type: "notification.routed",
        ...common,
        summary,
        deliveries,
        skipped: [],
      },
      {
        id: randomUUID(),
        type: "delivery.sent",
        ...common,
        ...ofDelivery,
        provider: "smtp",
        possibleDuplicate: false,
      },
    ],
  };
}

const publish = (some: readonly LifecycleFact[]) =>
  producer.send(
    some.map((fact) => ({
      topic: names.lifecycle,
      key: fact.notificationId,
      value: JSON.stringify(fact),
      headers: {},
    })),
  );
const row = (id: string) =>
  db.kysely
    .selectFrom("tracking.notifications")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();

test("facts become a status and a timeline, however often they come", async () => {
  const { id, all } = facts("acme");
  await publish([...all, ...all]);
  await publish(all);
  await eventually(async () =>
    expect(await row(id)).toMatchObject({ status: "sent", tenant: "acme", recipient: "u" }),
  );
  const another = facts("acme");
  await publish(another.all);
  await eventually(async () => expect((await row(another.id))?.status).toBe("sent"));
  const timeline = await db.kysely
    .selectFrom("tracking.timeline")
    .selectAll()
    .where("notification_id", "=", id)
    .execute();
  expect(new Set(timeline.map(({ fact }) => JSON.parse(fact).type))).toEqual(
    new Set(["delivery.sent", "notification.routed"]),
  );
  expect(timeline).toHaveLength(2);
});

test("bytes that are no fact are dead-lettered untouched and the rest goes on", async () => {
  const bytes = randomBytes(64);
  await producer.send([{ topic: names.lifecycle, key: "k", value: bytes, headers: {} }]);
  const { id, all } = facts("acme");
  await publish(all);
  await eventually(async () => expect((await row(id))?.status).toBe("sent"));
  await eventually(async () => {
    const letters = await db.kysely
      .selectFrom("tracking.dead_letters")
      .selectAll()
      .where("topic", "=", names.dlq(names.lifecycle))
      .execute();
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      reason: "poison",
      error_code: "malformed_record",
      origin_topic: names.lifecycle,
    });
    expect(letters[0]?.value?.equals(bytes)).toBe(true);
  });
});

test("a dead letter is indexed with the delivery it was", async () => {
  const { id, delivery } = facts("acme");
  const value = Buffer.from(
    JSON.stringify({
      id: delivery,
      notificationId: id,
      eventId: "e",
      tenant: "acme",
      channel: "email",
      lane: "normal",
      category: null,
      onUnknown: "at_least_once",
      optOut: false,
      sandbox: false,
      recipient: { email: "a@example.com" },
      address: "a@example.com",
      data: {},
      acceptedAt: Date.now(),
    }),
  );
  const record = {
    topic: names.retry("email", "normal", "1h"),
    partition: 0,
    offset: 7n,
    timestamp: Date.now(),
    key: null,
    value,
    headers: { "ntf-redrive": "1" },
  };
  const topic = names.dlq(record.topic);
  await producer.send([
    deadLetter(record, {
      group: "g",
      topic,
      reason: "exhausted",
      code: "attempts_exhausted",
      message: "503 six times",
    }),
  ]);
  await eventually(async () => {
    const letter = await db.kysely
      .selectFrom("tracking.dead_letters")
      .selectAll()
      .where("delivery_id", "=", delivery)
      .executeTakeFirst();
    expect(letter).toMatchObject({
      tenant: "acme",
      channel: "email",
      reason: "exhausted",
      redrive: 1,
      topic,
    });
  });
});

test("a running saga is told how its deliveries stand, also of what was heard before it was known", async () => {
  const told: { notificationId: string; deliveries: object[] }[] = [];
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.test-sagas`,
    topics: [names.sagas],
    work: {
      kind: "batch",
      maxRecords: 100,
      handle: async (records) => {
        told.push(...records.map(({ value }) => JSON.parse(String(value))));
      },
    },
    logger,
    onFatal() {},
  });
  await consumer.start();
  stop.unshift(() => consumer.stop(1_500));
  const { id, delivery, all } = facts("acme");
  const [, sent] = all;
  if (sent?.type !== "delivery.sent") throw new Error("no fact of a delivery");
  await publish([sent]);
  await eventually(async () => expect(await row(id)).toBeDefined());
  const sagaId = randomUUID();
  const about = { tenant: "acme", notificationId: id, at: new Date().toISOString(), sagaId };
  const decided = (notification: string): LifecycleFact => ({
    ...about,
    id: randomUUID(),
    type: "saga.decided",
    notificationId: notification,
    step: "send",
    decision: "send",
    channels: [],
    reason: "",
  });
  await publish([decided(id)]);
  await publish([{ ...sent, id: randomUUID(), type: "delivery.delivered" as const }]);
  const standing = { id: delivery, channel: "email", status: "delivered", redrive: 0, attempts: 1 };
  await eventually(() => expect(told.at(-1)?.deliveries).toMatchObject([standing]));
  const reason = "email was delivered";
  await publish([{ id: randomUUID(), type: "saga.ended", ...about, outcome: "completed", reason }]);
  await eventually(async () => expect((await row(id))?.status).toBe("delivered"));
  const count = told.length;
  await publish([{ ...sent, id: randomUUID(), type: "delivery.read" as const }]);
  // One partition: what is told of another saga afterwards was decided afterwards.
  const other = facts("acme");
  await publish([decided(other.id), ...other.all]);
  await eventually(() => expect(told.at(-1)?.deliveries).toMatchObject([{ id: other.delivery }]));
  expect(told.filter((one) => one.notificationId === id)).toHaveLength(count);
});
