import { randomUUID } from "node:crypto";
import { archiveItem, insertItems, markRead, retractItems } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newItems, newOwner, startTestRealtime, type TestRealtime } from "./test-realtime.ts";

let realtime: TestRealtime;
beforeAll(async () => {
  realtime = await startTestRealtime();
});
afterAll(() => realtime.close());

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n));

test("a new socket is told the count and the cursor, then gets what comes, in order and once", async () => {
  const owner = newOwner();
  await realtime.deliver(newItems(owner, ["old", "older"]));
  const client = await realtime.join(owner);
  expect(client.frames).toEqual([{ type: "ready", unread: 2, cursor: "2" }]);
  const [item, ...rest] = newItems(owner, numbers(1, 5));
  if (item === undefined) throw new Error("no item");
  await realtime.deliver([{ ...item, body: "hello" }]);
  await realtime.deliver(rest);
  await realtime.hint(owner);
  await client.until(() => client.unread().at(-1) === 7);
  expect(client.titles()).toEqual(["1", "2", "3", "4", "5"]);
  expect(client.frames[1]).toEqual({
    type: "notification",
    cursor: "3",
    item: {
      id: item.id,
      title: "1",
      body: "hello",
      data: { n: "1" },
      createdAt: expect.any(String),
      readAt: null,
    },
  });
  expect(client.cursor()).toBe("7");
});

test("after a gap, resume replays what was missed, in order, once, also over many pages", async () => {
  const owner = newOwner();
  const before = await realtime.join(owner);
  await realtime.deliver(newItems(owner, numbers(1, 3)));
  await before.until(() => before.titles().length === 3);
  before.close();
  await realtime.deliver(newItems(owner, numbers(4, 350)));
  const after = await realtime.join(owner, { resume: before.cursor() });
  expect(after.frames[0]).toEqual({ type: "ready", unread: 350, cursor: "3" });
  await after.until(() => after.titles().length >= 347);
  await realtime.deliver(newItems(owner, ["351"]));
  await after.until(() => after.unread().at(-1) === 351);
  expect(after.titles()).toEqual(numbers(4, 351));
});

test("sockets of one inbox at different positions each get what they have not had", async () => {
  const owner = newOwner();
  await realtime.deliver(newItems(owner, numbers(1, 250)));
  const clients = await Promise.all(
    ["0", "120", undefined].map((resume) =>
      realtime.join(owner, resume === undefined ? {} : { resume }),
    ),
  );
  await realtime.deliver(newItems(owner, ["251"]));
  for (const [at, from] of [1, 121, 251].entries()) {
    const client = clients[at];
    await client?.until(() => client.titles().length >= 252 - from);
    expect(client?.titles()).toEqual(numbers(from, 251));
  }
});

test.each(["nonsense", "-1", "999", ""])(
  "a cursor that was never given out (%j) counts as none",
  async (resume) => {
    const owner = newOwner();
    await realtime.deliver(newItems(owner, numbers(1, 3)));
    const client = await realtime.join(owner, { resume });
    expect(client.frames[0]).toEqual({ type: "ready", unread: 3, cursor: "3" });
    await realtime.deliver(newItems(owner, ["4"]));
    await client.until(() => client.titles().length > 0);
    expect(client.titles()).toEqual(["4"]);
  },
);

test("two instances both push", async () => {
  const owner = newOwner();
  const other = await realtime.another();
  const clients = [await realtime.join(owner), await realtime.join(owner, { url: other.url })];
  await realtime.deliver(newItems(owner, numbers(1, 10)));
  for (const client of clients) {
    await client.until(() => client.unread().at(-1) === 10);
    expect(client.titles()).toEqual(numbers(1, 10));
  }
});

test("read tells every socket the count and the world once", async () => {
  const owner = newOwner();
  const other = await realtime.another();
  const [item, second] = newItems(owner, ["a", "b"]);
  if (item === undefined || second === undefined) throw new Error("no items");
  await realtime.deliver([item, second]);
  const reader = await realtime.join(owner);
  const watchers = [await realtime.join(owner), await realtime.join(owner, { url: other.url })];
  for (const _ of numbers(1, 3)) reader.send({ type: "read", id: item.id });
  for (const one of [reader, ...watchers]) await one.until(() => one.unread().at(-1) === 1);
  reader.send({ type: "read", id: randomUUID() });
  reader.send({ type: "ping" });
  await reader.until(() => reader.frames.at(-1)?.type === "pong");
  const facts = await realtime.db.kysely
    .selectFrom("gateway.outbox")
    .selectAll()
    .where("key", "=", item.notificationId)
    .execute();
  expect(facts.map((row) => JSON.parse(String(row.value)))).toEqual([
    expect.objectContaining({
      type: "delivery.read",
      deliveryId: item.id,
      notificationId: item.notificationId,
      tenant: "default",
    }),
  ]);
});

test("another recipient's or tenant's item cannot be read over the socket", async () => {
  const owner = newOwner();
  const [item] = newItems(owner, ["mine"]);
  if (item === undefined) throw new Error("no item");
  await realtime.deliver([item]);
  for (const stranger of [newOwner(), { ...owner, tenant: "other" }]) {
    const client = await realtime.join(stranger);
    client.send({ type: "read", id: item.id });
    client.send({ type: "ping" });
    await client.until(() => client.frames.at(-1)?.type === "pong");
    expect(client.frames[0]).toEqual({ type: "ready", unread: 0, cursor: "0" });
  }
  const row = await realtime.db.kysely
    .selectFrom("inbox.items")
    .select("read_at")
    .where("id", "=", item.id)
    .executeTakeFirst();
  expect(row).toEqual({ read_at: null });
});

test("archived items are passed over", async () => {
  const owner = newOwner();
  const items = newItems(owner, numbers(1, 6));
  await realtime.deliver(items);
  const archive = async (...at: number[]) => {
    for (const n of at) await archiveItem(realtime.db, { ...owner, id: items[n - 1]?.id ?? "" });
  };
  await archive(2, 5, 6);
  const client = await realtime.join(owner, { resume: "0" });
  await client.until(() => client.titles().length === 3);
  await realtime.deliver(newItems(owner, ["7"]));
  await client.until(() => client.unread().at(-1) === 4);
  expect(client.titles()).toEqual(["1", "3", "4", "7"]);
  await archive(1);
  await realtime.hint(owner);
  await client.until(() => client.unread().at(-1) === 3);
});

test("what a lost hint was about comes with the regular comparison, and so does a read elsewhere", async () => {
  const owner = newOwner();
  const comparing = await realtime.another({}, { compareEveryMs: 100 });
  const client = await realtime.join(owner, { url: comparing.url });
  const items = newItems(owner, numbers(1, 3));
  await insertItems(realtime.db, items);
  await client.until(() => client.unread().at(-1) === 3);
  expect(client.titles()).toEqual(numbers(1, 3));
  const read = { topic: "t", key: "k", headers: {}, value: Buffer.from("{}") };
  await markRead(realtime.db, { ...owner, id: items[0]?.id ?? "" }, () => read);
  await client.until(() => client.unread().at(-1) === 2);
});

test("a subscriber hears of its own notifications' status and of no other", async () => {
  const owner = newOwner();
  const [mine, theirs, foreign] = [randomUUID(), randomUUID(), randomUUID()];
  const client = await realtime.join(owner);
  client.send({ type: "subscribe", notifications: [mine, theirs, foreign] });
  const insert = (id: string, of: { tenant: string; recipient: string }) =>
    realtime.db.kysely
      .insertInto("tracking.notifications")
      .values({
        ...of,
        id,
        version: 1,
        status: "sent",
        channels: [],
        view: "{}",
        created_at: new Date(),
        updated_at: new Date(),
      })
      .execute();
  await insert(foreign, { ...owner, tenant: "other" });
  await insert(theirs, newOwner());
  await insert(mine, owner);
  const statuses = () =>
    client.frames.flatMap((frame) => (frame.type === "status" ? [frame.notification] : []));
  await client.until(() => statuses().length === 1);
  await realtime.db.kysely.updateTable("tracking.notifications").set({ status: "read" }).execute();
  await client.until(() => statuses().length > 1);
  expect(statuses()).toEqual([
    { id: mine, status: "sent" },
    { id: mine, status: "read" },
  ]);
});

test("an item that comes in while its only socket connects is either counted or pushed", async () => {
  const joining = numbers(1, 300).map(async (title) => {
    const owner = newOwner();
    const joined = realtime.join(owner, Number(title) % 2 === 0 ? {} : { resume: "0" });
    // Spread over what happens while a socket connects; no later hint would repair a loss.
    for (let turn = Number(title) % 30; turn > 0; turn -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    await realtime.deliver(newItems(owner, [title]));
    return { title, client: await joined };
  });
  let pushed = 0;
  for (const { title, client } of await Promise.all(joining)) {
    const [ready] = client.frames;
    const counted = ready?.type === "ready" && ready.cursor === "1";
    if (!counted) {
      await client.until(() => client.titles().length > 0);
      pushed += 1;
    }
    expect(client.titles()).toEqual(counted ? [] : [title]);
    client.close();
  }
  expect(pushed).toBeGreaterThan(0);
});

test("nothing is lost or doubled when items come in while sockets connect", async () => {
  const owner = newOwner();
  const total = 400;
  const titles = numbers(1, total);
  let written = 0;
  const write = async () => {
    for (const title of titles) {
      await realtime.deliver(newItems(owner, [title]));
      written += 1;
    }
  };
  const clients: Awaited<ReturnType<TestRealtime["join"]>>[] = [];
  const connect = async (resume: () => string | undefined) => {
    while (written < total - 20) {
      const from = resume();
      clients.push(await realtime.join(owner, from === undefined ? {} : { resume: from }));
    }
  };
  // The last resumes wherever a socket before it was, as a client that loses its connection does.
  const last = () => clients.at(-1)?.cursor();
  await Promise.all([write(), connect(() => undefined), connect(() => "0"), connect(last)]);
  expect(clients.length).toBeGreaterThan(20);
  await eventually(() => {
    for (const client of clients) {
      const [ready] = client.frames;
      if (ready?.type !== "ready") throw new Error("not ready first");
      const expected = titles.slice(Number(ready.cursor));
      if (client.titles().length < expected.length)
        throw new Error(`${client.titles().length} of ${expected.length}`);
    }
  });
  for (const client of clients) {
    const [ready] = client.frames;
    expect(client.titles()).toEqual(
      titles.slice(ready?.type === "ready" ? Number(ready.cursor) : 0),
    );
    expect(client.frames.filter((frame) => frame.type === "ready")).toHaveLength(1);
    client.close();
  }
  await eventually(async () =>
    expect(await realtime.metric("pulse_realtime_buffered_bytes")).toBe(0),
  );
});

test("an item that is taken back goes from every window, also from one that was away", async () => {
  const owner = newOwner();
  const here = await realtime.join(owner);
  const [item] = newItems(owner, ["wrong"]);
  if (item === undefined) throw new Error("no item");
  await realtime.deliver([item]);
  await realtime.hint(owner);
  await here.until(() => here.titles().length === 1);
  const away = here.cursor();
  await realtime.db.transaction((query) => retractItems(query, [item]));
  await realtime.hint(owner);
  const frame = { type: "retracted", cursor: "2", id: item.id };
  await here.until(() => here.unread().at(-1) === 0);
  expect(here.frames).toContainEqual(frame);
  const back = await realtime.join(owner, { resume: away });
  await back.until(() => back.frames.length === 2);
  expect(back.frames[1]).toEqual(frame);
  expect(back.titles()).toEqual([]);
});
