import { randomUUID } from "node:crypto";
import type { DeliveryRecord } from "@pulsecourier/contracts";
import { createDb, type Db, listItems } from "@pulsecourier/db";
import { createLogger } from "@pulsecourier/observability";
import type { OutgoingMessage } from "@pulsecourier/sender";
import { createBreakableProxy, testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inboxProvider } from "./inbox.ts";

const logger = createLogger({ service: "test", level: "silent" });
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, max: 4, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

/** The provider on `on`, and what it told hubs; Redis is away when `told` is null. */
function open(on: Db, told: { channel: string; message: string }[] | null = []) {
  const publish = async (channel: string, message: string) => {
    if (told === null) return { ok: false as const, error: new Error("Redis is away") };
    told.push({ channel, message });
    return { ok: true as const, value: 1 };
  };
  const account = inboxProvider({ publish }).open(
    {},
    { db: on, logger, callTimeoutMs: 1_000, concurrency: 256 },
  );
  return (message: OutgoingMessage, signal: AbortSignal = new AbortController().signal) =>
    account.send(message, {
      signal,
      traceparent: "",
      attempt: 1,
      idempotencyKey: message.delivery.id,
      identity: {},
    });
}

function messageTo(
  recipient: string,
  title: string,
  data: DeliveryRecord["data"] = {},
): OutgoingMessage {
  const delivery: DeliveryRecord = {
    id: randomUUID(),
    notificationId: randomUUID(),
    eventId: "e",
    tenant: "default",
    channel: "inapp",
    lane: "normal",
    category: null,
    onUnknown: "at_least_once",
    optOut: false,
    sandbox: false,
    address: recipient,
    recipient: { id: recipient },
    data,
    acceptedAt: Date.now(),
  };
  return {
    delivery,
    address: recipient,
    content: { title, body: `about ${title}` },
    headers: {},
    attachments: [],
  };
}

const titlesOf = async (recipient: string) =>
  (await listItems(db, { tenant: "default", recipient, limit: 1_000 }))
    .map((row) => row.title)
    .toReversed();

test("the calls of a wave land in order, once, with one hint for each inbox", async () => {
  const told: { channel: string; message: string }[] = [];
  const send = open(db, told);
  const [ann, bob] = [randomUUID(), randomUUID()];
  const wave = Array.from({ length: 256 }, (_, n) =>
    messageTo(n % 2 === 0 ? ann : bob, String(n), { n }),
  );
  const outcomes = await Promise.all([...wave, ...wave].map((message) => send(message)));
  expect(outcomes).toEqual(
    [...wave, ...wave].map(({ delivery }) => ({ kind: "sent", providerMessageId: delivery.id })),
  );
  expect(await titlesOf(ann)).toEqual(Array.from({ length: 128 }, (_, n) => String(2 * n)));
  expect(await titlesOf(bob)).toEqual(Array.from({ length: 128 }, (_, n) => String(2 * n + 1)));
  const [newest] = await listItems(db, { tenant: "default", recipient: ann, limit: 1 });
  expect(newest).toMatchObject({
    title: "254",
    body: "about 254",
    data: { n: 254 },
    seq: 128,
    id: wave[254]?.delivery.id,
  });
  // 512 calls travel in at most two statements.
  expect(told.length).toBeLessThanOrEqual(4);
  expect(told).toContainEqual({ channel: `inbox:default:${ann}`, message: '{"seq":128}' });
});

test.each([
  ["a NUL in the title", (to: string) => messageTo(to, "a\0b")],
  ["a NUL in the data", (to: string) => messageTo(to, "t", { deep: ["a\0b"] })],
  ["half a surrogate pair in the data", (to: string) => messageTo(to, "t", { half: "\ud83d" })],
])("%s ends that delivery and no other of its wave", async (_, bad) => {
  const send = open(db);
  const recipient = randomUUID();
  const [before, after] = [messageTo(recipient, "before"), messageTo(recipient, "after")];
  const outcomes = await Promise.all(
    [before, bad(recipient), after].map((message) => send(message)),
  );
  expect(outcomes).toEqual([
    { kind: "sent", providerMessageId: before.delivery.id },
    {
      kind: "permanent",
      code: "content_unusable",
      detail: expect.stringContaining("Postgres cannot hold it"),
    },
    { kind: "sent", providerMessageId: after.delivery.id },
  ]);
  expect((await titlesOf(recipient)).toSorted()).toEqual(["after", "before"]);
});

test("Redis away: the item is there all the same", async () => {
  const recipient = randomUUID();
  expect(await open(db, null)(messageTo(recipient, "t"))).toMatchObject({ kind: "sent" });
  expect(await titlesOf(recipient)).toEqual(["t"]);
});

test("Postgres away or silent: not sent, safe to repeat; and sent once it is back", async () => {
  const url = new URL(database.url);
  const proxy = await createBreakableProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.host = `127.0.0.1:${proxy.port}`;
  const shaky = createDb({ url: url.href, max: 4, onError: () => undefined });
  onTestFinished(async () => {
    await proxy.close();
    await shaky.close();
  });
  const send = open(shaky);
  const message = messageTo(randomUUID(), "t");
  proxy.cut();
  expect(await send(message)).toMatchObject({ kind: "transient" });
  proxy.restore();
  expect(await send(message)).toMatchObject({ kind: "sent" });
  proxy.freeze();
  expect(await send(messageTo(randomUUID(), "t"), AbortSignal.timeout(200))).toEqual({
    kind: "transient",
    detail: "Postgres did not answer in time",
  });
});
