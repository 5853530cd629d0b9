import { type Db, createDb } from "@pulsecourier/db";
import { renderChannel } from "@pulsecourier/templates";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCatalog } from "./catalog.ts";
import { deleteEntry, getEntry, listEntries, putEntry } from "./entry-store.ts";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, onError: (error) => expect.fail(error.message) });
});

afterAll(async () => {
  await db.close();
  await database.close();
});

async function tenant(id: string, sandbox = false): Promise<string> {
  await db.kysely.insertInto("gateway.tenants").values({ id, sandbox }).execute();
  return id;
}

const rule = (on: string) => ({ on, recipients: ["event.data.userId"], template: "hello" });
const template = (title: string) => ({ channels: { inapp: { title } } });

test("concurrent writes make revisions and versions without gaps", async () => {
  const id = await tenant("concurrent");
  const put = (at: number) =>
    putEntry(db, { tenant: id, kind: "rule", name: `r${at % 2}`, definition: rule(`t${at}`) });
  const written = await Promise.all(Array.from({ length: 20 }, (_, at) => put(at)));
  const revisions = written.map((one) => one.revision).toSorted((a, b) => a - b);
  expect(revisions).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  const versions = written.filter((_, at) => at % 2 === 0).map((one) => one.version);
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
  const live = await createCatalog({ db }).current(id);
  expect(live.rules.map((one) => [one.name, one.version])).toEqual([
    ["r0", 10],
    ["r1", 10],
  ]);
});

test("a fresh read sees what was just put; an old revision reads as it was", async () => {
  const id = await tenant("revisions");
  const catalog = createCatalog({ db });
  expect(await catalog.current(id)).toMatchObject({ exists: true, revision: 0, rules: [] });
  const first = await putEntry(db, { tenant: id, kind: "rule", name: "r", definition: rule("a") });
  expect((await catalog.current(id, { fresh: true })).rules[0]?.definition.on).toBe("a");
  const second = await putEntry(db, { tenant: id, kind: "rule", name: "r", definition: rule("b") });
  expect((await catalog.at(id, second.revision)).rules[0]?.definition.on).toBe("b");
  expect((await catalog.at(id, first.revision)).rules[0]?.definition.on).toBe("a");
  expect((await catalog.at(id, first.revision)).revision).toBe(first.revision);
});

test("a revision that does not exist yet gives the current one and is not remembered", async () => {
  const id = await tenant("ahead");
  const catalog = createCatalog({ db });
  expect((await catalog.at(id, 2)).revision).toBe(0);
  await putEntry(db, { tenant: id, kind: "rule", name: "r", definition: rule("a") });
  await putEntry(db, { tenant: id, kind: "rule", name: "r", definition: rule("b") });
  expect((await catalog.at(id, 2)).rules[0]?.definition.on).toBe("b");
});

test("delete takes a name out of the live catalog and keeps its versions", async () => {
  const id = await tenant("deletes");
  const key = { tenant: id, kind: "template", name: "hello" } as const;
  const catalog = createCatalog({ db });
  expect(await deleteEntry(db, key)).toBe(false);
  const { revision } = await putEntry(db, { ...key, definition: template("Hi") });
  expect(await deleteEntry(db, key)).toBe(true);
  expect(await deleteEntry(db, key)).toBe(false);
  expect((await catalog.current(id, { fresh: true })).templates.has("hello")).toBe(false);
  expect((await catalog.at(id, revision)).templates.get("hello")?.version).toBe(1);
  expect(await getEntry(db, key)).toBeNull();
  expect(await putEntry(db, { ...key, definition: template("Again") })).toEqual({
    version: 2,
    revision: 3,
  });
  expect(await getEntry(db, key)).toMatchObject({
    name: "hello",
    version: 2,
    definition: template("Again"),
  });
  expect(
    (await listEntries(db, { tenant: id, kind: "template" })).map((entry) => entry.name),
  ).toEqual(["hello"]);
});

test("tenants see their own entries; an unknown one does not exist", async () => {
  const [mine, other] = [await tenant("mine"), await tenant("other", true)];
  await putEntry(db, {
    tenant: mine,
    kind: "category",
    name: "c",
    definition: { onUnknown: "at_most_once", required: true, paidChannels: false, optOut: false },
  });
  const catalog = createCatalog({ db });
  expect((await catalog.current(mine)).categories.get("c")?.required).toBe(true);
  expect(await catalog.current(other)).toMatchObject({ sandbox: true, categories: new Map() });
  expect(await catalog.current("nobody")).toMatchObject({ exists: false, revision: 0 });
  expect(await catalog.template(other, "c", 1)).toBeNull();
});

test("a template version keeps the layout it was put with", async () => {
  const id = await tenant("layouts");
  const catalog = createCatalog({ db });
  const layout = (text: string) =>
    ({
      tenant: id,
      kind: "template",
      name: "frame",
      definition: { channels: { inapp: { title: text } } },
    }) as const;
  await putEntry(db, layout("old {{{body}}}"));
  const framed = { channels: { inapp: { title: "Hi" } }, layout: "frame" };
  const { version } = await putEntry(db, {
    tenant: id,
    kind: "template",
    name: "hello",
    definition: framed,
  });
  await putEntry(db, layout("new {{{body}}}"));
  const compiled = await catalog.template(id, "hello", version);
  expect(compiled).not.toBeNull();
  expect(await catalog.template(id, "hello", version)).toBe(compiled);
  expect(await catalog.template(id, "hello", 99)).toBeNull();
  if (compiled === null) return;
  const rendered = renderChannel(compiled, { channel: "inapp", data: {}, recipient: {} });
  expect(rendered).toMatchObject({ ok: true, content: { title: "old Hi" } });
});

test("a text that Postgres cannot store is refused, one that only looks like it is not", async () => {
  const id = await tenant("texts");
  const key = { tenant: id, kind: "template", name: "t" } as const;
  const refused = putEntry(db, { ...key, definition: template("a\0b") });
  await expect(refused).rejects.toMatchObject({ code: "invalid_request" });
  expect(await putEntry(db, { ...key, definition: template("a\\u0000b") })).toMatchObject({
    version: 1,
  });
});
