import { deliveryId, STAMP, WAVE_SOURCE, WAVE_TYPE } from "@pulsecourier/contracts";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adhoc, adhocId, event, record, testRouter } from "../test-router.ts";

const HOUR_MS = 3_600_000;
let router: Awaited<ReturnType<typeof testRouter>>;

/** The time of day in UTC so many hours from now. */
const inHours = (hours: number) =>
  new Date(Date.now() + hours * HOUR_MS).toISOString().slice(11, 16);
const quietNow = () => ({ quietHours: { from: inHours(-1), until: inHours(2), timezone: "UTC" } });
const profile = { email: "ann@example.com", phone: "+4915112345678" };
const content = { subject: "Hi", text: "Hello" };
const stamps = { [STAMP.catalogRevision]: "0" };

beforeAll(async () => {
  router = await testRouter(await testDatabase());
  router.clock.now = Date.now();
  await router.putRecipient("ann", profile, quietNow());
});
afterAll(() => router.close());
beforeEach(async () => {
  await router.db.kysely.deleteFrom("schedule.timers").execute();
  await router.db.query("test-home", "update schedule.clock set ahead = '0'", []);
  await prefer(quietNow());
});

async function prefer(preferences: object): Promise<void> {
  await router.db.kysely
    .updateTable("directory.preferences")
    .set({ preferences: JSON.stringify(preferences) })
    .execute();
}

/** Moves the platform's clock on and gives the records of the timers that are due then. */
async function after(hours: number) {
  const ahead = "update schedule.clock set ahead = make_interval(hours => $1)";
  await router.db.query("test-travel", ahead, [hours]);
  const rows = await router.db.query<{ headers: Record<string, string>; value: Buffer }>(
    "test-due",
    "delete from schedule.timers where due_at <= schedule.now() returning headers, value",
    [],
  );
  return rows.map(({ headers, value }) => record(headers, value));
}

const timers = () => router.db.kysely.selectFrom("schedule.timers").selectAll().execute();
const ask = (id: string, request: Parameters<typeof adhoc>[1] = {}) =>
  router.run(adhoc(id, { to: ["ann"], content, channels: ["sms"], ...request }, stamps));

test("a text message waits for the end of quiet hours, however often it is asked for", async () => {
  const first = await ask("h1");
  const again = await ask("h1");
  expect(first.deliveries).toEqual([]);
  expect(first.facts).toMatchObject([{ type: "notification.held", channels: ["sms"] }]);
  expect(again.facts[0]?.id).toBe(first.facts[0]?.id);
  const [fact] = first.facts;
  if (fact?.type !== "notification.held") throw new Error("it was not held");
  expect(fact.reason).toMatch(/^quiet hours from .* in UTC$/);
  expect(await timers()).toMatchObject([{ due_at: new Date(fact.until), tenant: "acme" }]);
  expect(await after(1)).toEqual([]);
  const due = await after(3);
  const { deliveries, facts } = await router.run(...due);
  const id = deliveryId(router.secret, "acme", adhocId(router, "h1", "ann"), "sms");
  expect(deliveries).toMatchObject([
    { id, channel: "sms", eventId: "h1", content: { text: "Hello" } },
  ]);
  expect(facts).toMatchObject([{ type: "notification.routed", heldUntil: fact.until }]);
  expect((await router.run(...due)).facts[0]?.id).toBe(facts[0]?.id);
});

test("what does not disturb goes out at once, the rest later, as facts of their own", async () => {
  const now = await ask("h2", { channels: ["email", "sms"] });
  expect(now.deliveries.map(({ channel }) => channel)).toEqual(["email"]);
  expect(now.facts.map(({ type }) => type)).toEqual(["notification.routed", "notification.held"]);
  const later = await router.run(...(await after(3)));
  expect(later.deliveries.map(({ channel }) => channel)).toEqual(["sms"]);
  expect(later.facts[0]?.id).not.toBe(now.facts[0]?.id);
  expect(JSON.stringify([...now.facts, ...later.facts])).not.toMatch(/@example|\+49/);
});

test("critical ones pass; one that would expire before the end is expired and says why", async () => {
  expect((await ask("h3", { lane: "critical" })).deliveries).toHaveLength(1);
  const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
  const { facts } = await ask("h4", { expiresAt });
  expect(facts).toMatchObject([{ type: "notification.expired" }]);
  expect(JSON.stringify(facts)).toContain("expires before the end of quiet hours");
  expect(await timers()).toEqual([]);
});

test("preferences count as they are at the end: what was refused since then is not sent", async () => {
  await ask("h5");
  await prefer({ channels: { sms: false } });
  const refused = await router.run(...(await after(3)));
  expect(refused.facts).toMatchObject([
    { type: "notification.suppressed", error: { code: "opted_out" } },
  ]);
});

test("quiet hours that move along with it hold it three times, no more", async () => {
  let facts = (await ask("h6")).facts;
  for (const hours of [3, 6, 9]) {
    expect(facts).toMatchObject([{ type: "notification.held" }]);
    const moved = { from: inHours(hours - 1), until: inHours(hours + 2), timezone: "UTC" };
    await prefer({ quietHours: moved });
    ({ facts } = await router.run(...(await after(hours))));
  }
  expect(facts).toMatchObject([{ type: "notification.routed" }]);
  expect(await timers()).toEqual([]);
});

test("one that is cancelled while it is held stays unsent", async () => {
  await ask("h7");
  const row = { tenant: "acme", notification_id: adhocId(router, "h7", "ann") };
  await router.db.kysely.insertInto("ledger.tombstones").values(row).execute();
  const { deliveries, facts } = await router.run(...(await after(3)));
  expect(deliveries).toEqual([]);
  expect(facts).toMatchObject([{ type: "notification.cancelled" }]);
});

test("one of a rule, too, with its template; nobody else pays or waits", async () => {
  await router.putTemplate("shipped", { channels: { sms: { text: "Sent" } } });
  const to = ["event.data.to"];
  await router.putRule("shipped", { on: "order.shipped", recipients: to, template: "shipped" });
  await router.putRecipient("bob", { phone: "+4915112345679" });
  await router.context.catalog.current("acme", { fresh: true });
  const now = await router.run(event("h8", { to: ["ann", "bob"] }));
  expect(now.deliveries.map(({ recipient }) => recipient.id)).toEqual(["bob"]);
  const later = await router.run(...(await after(3)));
  expect(later.deliveries).toMatchObject([
    { template: { name: "shipped", version: 1 }, data: { to: ["ann", "bob"] }, eventId: "h8" },
  ]);
  expect(later.facts).toMatchObject([{ summary: { rule: { name: "shipped" }, source: "/shop" } }]);
});

test("a saga's wave waits unanswered, and is answered at the end", async () => {
  const first = { until: "read", within: "PT10M" } as const;
  const { inputs } = await ask("h9", { channels: ["sms", "email"], first });
  const [start] = inputs;
  if (start?.type !== "start") throw new Error("no saga was started");
  const { sagaId, notificationId, request } = start;
  const wave = { sagaId, notificationId, step: "send", wave: 0, channels: ["sms"], request };
  const headers = { ce_type: WAVE_TYPE, ce_source: WAVE_SOURCE, ...stamps };
  const asked = event("w1", wave, { ...headers, [STAMP.acceptedAt]: String(Date.now()) });
  const now = await router.run(asked);
  expect(now.inputs).toEqual([]);
  expect(now.facts).toMatchObject([{ type: "notification.held", step: "send", wave: 0 }]);
  const later = await router.run(...(await after(3)));
  expect(later.deliveries).toMatchObject([{ channel: "sms", saga: sagaId }]);
  expect(later.inputs).toMatchObject([{ type: "routed", step: "send", wave: 0 }]);
});
