import { randomUUID } from "node:crypto";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb, type Db } from "./connection.ts";
import {
  headsOf,
  type InboxOwner,
  insertItems,
  itemsAfter,
  listItems,
  unread,
} from "./inbox-store.ts";
import { missedInboxes } from "./inbox-missed-store.ts";
import { archiveItem, markAllRead, markRead, type ToOutbox } from "./mark-inbox-store.ts";
import { retractItems } from "./retract-inbox-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await testDatabase();
  const onError = (error: Error) => expect.fail(error.message);
  db = createDb({ url: database.url, max: 12, onError });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const newOwner = (): InboxOwner => ({ tenant: "default", recipient: `r-${randomUUID()}` });
const newItem = (owner: InboxOwner, title = "t") => ({
  ...owner,
  id: randomUUID(),
  notificationId: randomUUID(),
  title,
  data: { n: 1 },
});
const toOutbox: ToOutbox = (item) => ({
  topic: "pulse.lifecycle.v1",
  key: item.notificationId,
  headers: { ce_type: "delivery.read" },
  value: Buffer.from(JSON.stringify({ id: item.id, at: item.readAt.toISOString() })),
});
const factsAbout = async (notificationIds: string[]) =>
  await db.kysely
    .selectFrom("gateway.outbox")
    .selectAll()
    .where("key", "in", notificationIds)
    .execute();

test("items of one recipient in a batch get consecutive positions, in the order given", async () => {
  const [ann, bob] = [newOwner(), newOwner()];
  const items = [newItem(ann, "1"), newItem(bob, "1"), newItem(ann, "2"), newItem(ann, "3")];
  const placed = await insertItems(db, items);
  expect(placed.map(({ recipient, seq, inserted }) => [recipient, seq, inserted])).toEqual([
    [ann.recipient, 1, true],
    [bob.recipient, 1, true],
    [ann.recipient, 2, true],
    [ann.recipient, 3, true],
  ]);
  expect(placed.map((item) => item.unread)).toEqual([3, 1, 3, 3]);
  expect(placed.map((item) => item.id)).toEqual(items.map((item) => item.id));
  expect((await listItems(db, { ...ann, limit: 2 })).map((row) => row.title)).toEqual(["3", "2"]);
  expect((await listItems(db, { ...ann, limit: 2, before: 2 })).map((row) => row.title)).toEqual([
    "1",
  ]);
});

test("a repeat keeps its position and is not counted, also inside one batch", async () => {
  const owner = newOwner();
  const [first, second] = [newItem(owner), newItem(owner)];
  await insertItems(db, [first]);
  const placed = await insertItems(db, [first, second, second]);
  expect(placed.map(({ seq, unread: count, inserted }) => [seq, count, inserted])).toEqual([
    [1, 2, false],
    [2, 2, true],
    [2, 2, false],
  ]);
  expect(await headsOf(db, [owner])).toEqual([{ ...owner, seq: 2, unread: 2 }]);
});

test("the same batch from many writers at once counts once", async () => {
  const owners = Array.from({ length: 5 }, newOwner);
  const items = owners.flatMap((owner) => [newItem(owner), newItem(owner)]);
  // Each writer has its own order: locks are taken sorted, or this deadlocks.
  const writers = Array.from({ length: 10 }, (_, n) =>
    insertItems(db, [...items.slice(n), ...items.slice(0, n)]),
  );
  const inserted = (await Promise.all(writers)).flat().filter((item) => item.inserted);
  expect(inserted).toHaveLength(items.length);
  expect(await headsOf(db, owners)).toEqual(
    owners.map((owner) => ({ ...owner, seq: 2, unread: 2 })),
  );
});

test("a reader never sees a position before a lower one", async () => {
  const owner = newOwner();
  const total = 400;
  let done = false;
  const write = async () => {
    for (let n = 0; n < total / 8; n += 1) await insertItems(db, [newItem(owner)]);
  };
  const read = async () => {
    const seen: number[] = [];
    while (!done || seen.length < total) {
      for (const row of await itemsAfter(db, { ...owner, seq: seen.at(-1) ?? 0, limit: 7 }))
        seen.push(row.seq);
    }
    return seen;
  };
  const readers = [read(), read()];
  await Promise.all(Array.from({ length: 8 }, write));
  done = true;
  const positions = Array.from({ length: total }, (_, n) => n + 1);
  for (const seen of await Promise.all(readers)) expect(seen).toEqual(positions);
});

test("reading an item changes it once and tells once, however often it is asked", async () => {
  const owner = newOwner();
  const item = newItem(owner);
  await insertItems(db, [item, newItem(owner)]);
  const asked = await Promise.all(
    Array.from({ length: 6 }, () => markRead(db, { ...owner, id: item.id }, toOutbox)),
  );
  expect(asked.filter((answer) => answer?.changed)).toHaveLength(1);
  expect(asked.map((answer) => answer?.unread)).toEqual(Array(6).fill(1));
  expect(await factsAbout([item.notificationId])).toHaveLength(1);
  expect(
    (await listItems(db, { ...owner, limit: 9, unreadOnly: true })).map((row) => row.id),
  ).not.toContain(item.id);
});

test("the unread count stays exact under inserts, reads, archives and read-all at once", async () => {
  const owner = newOwner();
  const items = Array.from({ length: 60 }, () => newItem(owner));
  await insertItems(db, items.slice(0, 40));
  await Promise.all([
    ...items.slice(0, 30).map((item) => markRead(db, { ...owner, id: item.id }, toOutbox)),
    ...items.slice(20, 40).map((item) => archiveItem(db, { ...owner, id: item.id })),
    ...items.slice(40).map((item) => insertItems(db, [item])),
    markAllRead(db, owner, toOutbox),
  ]);
  const left = await listItems(db, { ...owner, limit: 100, unreadOnly: true });
  expect(await unread(db, owner)).toBe(left.length);
  await markAllRead(db, owner, toOutbox);
  expect(await unread(db, owner)).toBe(0);
  const facts = await factsAbout(items.map((item) => item.notificationId));
  expect(new Set(facts.map((fact) => fact.key)).size).toBe(facts.length);
});

test("archived items leave the list and the replay, and can be asked for", async () => {
  const owner = newOwner();
  const item = newItem(owner);
  await insertItems(db, [item]);
  expect(await archiveItem(db, { ...owner, id: item.id })).toEqual({ changed: true, unread: 0 });
  expect(await archiveItem(db, { ...owner, id: item.id })).toEqual({ changed: false, unread: 0 });
  expect(await markRead(db, { ...owner, id: item.id }, toOutbox)).toEqual({
    changed: true,
    unread: 0,
  });
  expect(await listItems(db, { ...owner, limit: 9 })).toEqual([]);
  expect(await itemsAfter(db, { ...owner, seq: 0, limit: 9 })).toEqual([]);
  expect(await listItems(db, { ...owner, limit: 9, includeArchived: true })).toHaveLength(1);
});

test("another tenant or recipient sees and changes nothing", async () => {
  const owner = newOwner();
  const item = newItem(owner);
  await insertItems(db, [item]);
  for (const other of [{ ...owner, tenant: "other" }, newOwner()]) {
    expect(await listItems(db, { ...other, limit: 9 })).toEqual([]);
    expect(await markRead(db, { ...other, id: item.id }, toOutbox)).toBeNull();
    expect(await archiveItem(db, { ...other, id: item.id })).toBeNull();
    expect(await markAllRead(db, other, toOutbox)).toBe(0);
  }
  expect(await headsOf(db, [owner, { ...owner, tenant: "other" }])).toEqual([
    { ...owner, seq: 1, unread: 1 },
    { ...owner, tenant: "other", seq: 0, unread: 0 },
  ]);
});

test("read-all reaches past one chunk", async () => {
  const owner = newOwner();
  await insertItems(
    db,
    Array.from({ length: 1_500 }, () => newItem(owner)),
  );
  expect(await markAllRead(db, owner, toOutbox)).toBe(1_500);
  expect(await unread(db, owner)).toBe(0);
});

test("a retracted item is in no list, counts no more, and is heard of once by whoever was there", async () => {
  const owner = newOwner();
  const [kept, gone, read] = [
    newItem(owner, "kept"),
    newItem(owner, "gone"),
    newItem(owner, "read"),
  ];
  await insertItems(db, [kept, gone, read]);
  await markRead(db, { ...owner, id: read.id }, toOutbox);
  const retract = () => db.transaction((query) => retractItems(query, [gone, read]));
  expect(await retract()).toEqual([owner]);
  expect(await retract()).toEqual([]);
  const listed = await listItems(db, { ...owner, limit: 10, includeArchived: true });
  expect(listed.map(({ title }) => title)).toEqual(["kept"]);
  const [missed] = await missedInboxes(db, [{ ...owner, seq: 3 }]);
  expect(missed).toMatchObject({ seq: 5, unread: 1 });
  expect(missed?.items.map(({ title, seq, retracted }) => [title, seq, retracted])).toEqual([
    ["gone", 4, true],
    ["read", 5, true],
  ]);
  // Its sender comes again: it stays away.
  expect(await insertItems(db, [gone])).toMatchObject([{ inserted: false }]);
});

test("nobody else's item is retracted by its id", async () => {
  const item = newItem(newOwner());
  await insertItems(db, [item]);
  const retracted = db.transaction((query) => retractItems(query, [{ ...item, tenant: "other" }]));
  expect(await retracted).toEqual([]);
});

test("a transaction whose work rejects leaves nothing", async () => {
  const owner = newOwner();
  const item = newItem(owner);
  await insertItems(db, [item]);
  const failing = db.transaction(async (query) => {
    await retractItems(query, [item]);
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  expect(await listItems(db, { ...owner, limit: 10 })).toHaveLength(1);
});
