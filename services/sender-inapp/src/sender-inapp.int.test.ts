import { randomUUID } from "node:crypto";
import {
  type DeliveryRecord,
  deliveryId,
  LifecycleFact,
  notificationId,
  senderTopics,
  type ServerFrame,
  topicNames,
} from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import { createConsumer, createKafka, createProducer, ensureTopics } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { createRealtime, realtimeConfig } from "@pulsecourier/realtime";
import { parseConfig } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka, testRedis } from "@pulsecourier/testkit";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createSenderInapp, senderInappConfig } from "./index.ts";

const logger = createLogger({ service: "test", level: "silent" });
const { brokers, topicPrefix } = testKafka();
const names = topicNames(topicPrefix);
const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger });
const stop: (() => Promise<unknown>)[] = [];
const facts: LifecycleFact[] = [];
let db: Db;
let producer: Awaited<ReturnType<typeof createProducer>>;
let realtimeUrl: string;
let secrets: { ids: Buffer; tokens: Buffer };

beforeAll(async () => {
  const database = await testDatabase();
  const lanes = senderTopics(names, "inapp");
  const letters = new Set(lanes.map((topic) => names.dlq(topic)));
  await ensureTopics({
    kafka,
    topics: [...lanes, ...letters, names.lifecycle].map((name) => ({ name, partitions: 2 })),
  });
  db = createDb({ url: database.url, max: 2, onError: () => undefined });
  producer = await createProducer({ kafka });
  secrets = { ids: await loadSecret(db, "ids"), tokens: await loadSecret(db, "tokens") };
  const env = {
    KAFKA_BROKERS: brokers,
    DATABASE_URL: database.url,
    REDIS_URL: testRedis().url,
    TOPIC_PREFIX: topicPrefix,
  };
  // The comparison stays out of it: what arrives was told over Redis.
  const realtime = await createRealtime(
    parseConfig(realtimeConfig, { ...env, REALTIME_PORT: "0" }),
    { logger, compareEveryMs: 3_600_000 },
  );
  realtimeUrl = (await realtime.start()).url;
  const sender = await createSenderInapp(
    parseConfig(senderInappConfig, { ...env, SENDER_INAPP_PORT: "0" }),
    { logger },
  );
  const { url } = await sender.start();
  const watcher = createConsumer({
    kafka,
    group: `${topicPrefix}.watcher`,
    topics: [names.lifecycle],
    work: {
      kind: "batch",
      maxRecords: 1_000,
      handle: async (records) =>
        void facts.push(
          ...records.map((record) => LifecycleFact.parse(JSON.parse(String(record.value)))),
        ),
    },
    logger,
    onFatal: (error) => expect.fail(String(error)),
  });
  await watcher.start();
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  stop.push(
    () => sender.close(),
    () => realtime.close(),
    () => watcher.stop(2_000),
    () => producer.close(),
    () => db.close(),
    () => database.close(),
  );
});
afterAll(async () => {
  for (const close of stop) await close();
});

function deliveryTo(recipient: string, title: string): DeliveryRecord {
  const of = {
    tenant: "default",
    acceptedAt: Date.now(),
    source: "/test",
    eventId: randomUUID(),
    rule: "",
    recipient,
  };
  const notification = notificationId(secrets.ids, of);
  return {
    id: deliveryId(secrets.ids, "default", notification, "inapp"),
    notificationId: notification,
    eventId: of.eventId,
    tenant: "default",
    channel: "inapp",
    lane: "normal",
    category: null,
    onUnknown: "at_most_once",
    optOut: false,
    sandbox: false,
    recipient: { id: recipient },
    address: recipient,
    acceptedAt: of.acceptedAt,
    content: { title, body: "hello" },
    data: { title },
  };
}

const publish = (deliveries: readonly DeliveryRecord[]) =>
  producer.send(
    deliveries.map((delivery) => ({
      topic: names.deliveries("inapp", delivery.lane),
      key: `default:${delivery.address}`,
      value: JSON.stringify(delivery),
      headers: { "ntf-id": delivery.id },
    })),
  );

async function join(recipient: string) {
  const token = await new SignJWT({ tenant: "default" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(recipient)
    .setAudience("inbox")
    .setExpirationTime("1h")
    .sign(secrets.tokens);
  const frames: ServerFrame[] = [];
  const socket = new WebSocket(`${realtimeUrl.replace("http", "ws")}/v1/realtime`);
  socket.on("open", () => socket.send(JSON.stringify({ type: "auth", token })));
  socket.on("message", (raw: Buffer) => frames.push(JSON.parse(raw.toString())));
  await eventually(() => frames.length > 0);
  stop.unshift(async () => socket.terminate());
  const titles = () =>
    frames.flatMap((frame) => (frame.type === "notification" ? [frame.item.title] : []));
  const unread = () =>
    frames.flatMap((frame) => (frame.type === "unread" ? [frame.count] : [])).at(-1);
  return { recipient, frames, titles, unread };
}

test("1,000 deliveries reach their sockets, each once and in order; their redelivery changes nothing", async () => {
  const clients = await Promise.all(Array.from({ length: 50 }, () => join(randomUUID())));
  const titles = Array.from({ length: 20 }, (_, n) => String(n));
  const deliveries = titles.flatMap((title) =>
    clients.map(({ recipient }) => deliveryTo(recipient, title)),
  );
  await publish(deliveries);
  await eventually(
    () => expect(clients.map((client) => client.unread())).toEqual(clients.map(() => 20)),
    { timeoutMs: 20_000 },
  );
  for (const client of clients) expect(client.titles()).toEqual(titles);
  const sent = () =>
    new Set(
      facts.filter((fact) => fact.type === "delivery.sent").map((fact) => fact.notificationId),
    );
  await eventually(() => expect(sent().size).toBe(deliveries.length));

  await publish(deliveries);
  // In the order of its key behind every repeat: once it is there, all of them were handled.
  await publish(clients.map(({ recipient }) => deliveryTo(recipient, "last")));
  await eventually(
    () => expect(clients.map((client) => client.unread())).toEqual(clients.map(() => 21)),
    { timeoutMs: 20_000 },
  );
  for (const client of clients) expect(client.titles()).toEqual([...titles, "last"]);
  const rows = await db.kysely
    .selectFrom("inbox.items")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirst();
  expect(Number(rows?.count)).toBe(deliveries.length + clients.length);
});

test("text Postgres cannot hold ends its own delivery and no other", async () => {
  const client = await join(randomUUID());
  const [bad, good] = [deliveryTo(client.recipient, "a\0b"), deliveryTo(client.recipient, "good")];
  await publish([bad, good]);
  await eventually(() => expect(client.titles()).toEqual(["good"]));
  await eventually(() =>
    expect(facts).toContainEqual(
      expect.objectContaining({
        type: "delivery.failed",
        notificationId: bad.notificationId,
        error: expect.objectContaining({ code: "content_unusable" }),
      }),
    ),
  );
});
