import { isAboutCallback } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mailFacts, startTestPlatform, type TestPlatform } from "./test-platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

/** A callback at a path of its own; its secret. */
async function register(name: string, events = ["delivery.sent"]): Promise<string> {
  const url = `${platform.receiver.origin}/${name}`;
  const { body } = await platform.call(`PUT /v1/callbacks/${name}`, { url, events });
  return body.secret;
}

const at = (name: string) => platform.receiver.at(`/${name}`);
const view = async (name: string) => (await platform.call(`GET /v1/callbacks/${name}`)).body;
const unregister = (name: string) => platform.call(`DELETE /v1/callbacks/${name}`);

test("a fact of a chosen type arrives once, signed, and leads to nothing further", async () => {
  const secret = await register("plain");
  const facts = mailFacts(platform.secret);
  const [, sent] = facts;
  for (let time = 0; time < 3; time += 1) await platform.tell(facts);
  await eventually(() => at("plain").length > 0);
  const [received] = at("plain");
  const body = new Webhook(secret).verify(received?.body ?? "", received?.headers ?? {});
  expect(body).toEqual({ type: "delivery.sent", timestamp: sent.at, data: sent });
  expect(received?.headers["webhook-id"]).toBe(sent.id);
  const delivery = received?.headers["x-pulse-delivery"] ?? "";
  const about = await platform.factOf(delivery, "delivery.sent");
  expect(isAboutCallback(about)).toBe(true);

  // Behind what the callback's own facts would have led to, had they led to anything.
  const [, another] = mailFacts(platform.secret);
  await platform.tell([another]);
  await eventually(() => at("plain").length === 2);
  expect(at("plain").map(({ headers }) => headers["webhook-id"])).toEqual([sent.id, another.id]);
  const tracked = await platform.db.kysely
    .selectFrom("tracking.notifications")
    .select("id")
    .execute();
  expect(tracked.map(({ id }) => id)).not.toContain(about.notificationId);
  await unregister("plain");
});

test("a tenant hears of its own facts only", async () => {
  await register("own");
  await platform.tell([mailFacts(platform.secret, "other")[1]]);
  const [, mine] = mailFacts(platform.secret);
  await platform.tell([mine]);
  await eventually(() => at("own").length > 0);
  expect(at("own").map(({ headers }) => headers["webhook-id"])).toEqual([mine.id]);
  await unregister("own");
});

test("during a rotation both secrets verify", async () => {
  const before = await register("turning");
  const after = (await platform.call("POST /v1/callbacks/turning/rotate")).body.secret;
  await eventually(async () => {
    await platform.tell([mailFacts(platform.secret)[1]]);
    const last = at("turning").at(-1);
    return last?.headers["webhook-signature"]?.includes(" ") ?? false;
  });
  const last = at("turning").at(-1);
  for (const secret of [before, after])
    new Webhook(secret).verify(last?.body ?? "", last?.headers ?? {});
  await platform.db.pool.query(
    "update gateway.callbacks set previous_until = now() where name = 'turning'",
  );
  await eventually(async () => {
    await platform.tell([mailFacts(platform.secret)[1]]);
    return !at("turning").at(-1)?.headers["webhook-signature"]?.includes(" ");
  });
  const final = at("turning").at(-1);
  new Webhook(after).verify(final?.body ?? "", final?.headers ?? {});
  expect(() => new Webhook(before).verify(final?.body ?? "", final?.headers ?? {})).toThrow();
  await unregister("turning");
});

test("a failing receiver is tried again with the same id, and how it fares is shown", async () => {
  await register("flaky");
  platform.receiver.answer("/flaky", 500);
  const [, sent] = mailFacts(platform.secret);
  await platform.tell([sent]);
  await eventually(() => at("flaky").length >= 2);
  expect(new Set(at("flaky").map(({ headers }) => headers["webhook-id"]))).toEqual(
    new Set([sent.id]),
  );
  await eventually(async () => (await view("flaky")).failingSince !== null);
  expect(await view("flaky")).toMatchObject({ state: "enabled", disabledAt: null });
  expect((await view("flaky")).lastError).toMatch(/provider_unavailable|attempts_exhausted/);
  platform.receiver.answer("/flaky", 200);
  await eventually(async () => {
    await platform.tell([mailFacts(platform.secret)[1]]);
    return (await view("flaky")).failingSince === null;
  });
  await unregister("flaky");
});

test("a receiver that is gone disables the callback; a PUT enables it", async () => {
  await register("gone");
  platform.receiver.answer("/gone", 410);
  await platform.tell([mailFacts(platform.secret)[1]]);
  await eventually(async () => (await view("gone")).state === "disabled");
  expect(await view("gone")).toMatchObject({ disabledReason: "gone", lastError: "recipient_gone" });
  platform.receiver.answer("/gone", 200);
  await register("gone");
  const calls = at("gone").length;
  expect((await view("gone")).state).toBe("enabled");
  await platform.tell([mailFacts(platform.secret)[1]]);
  await eventually(() => at("gone").length === calls + 1);
  await unregister("gone");
});

test("days of failure disable it, and what waits for it ends", async () => {
  await register("dead");
  await platform.db.pool.query(
    `update gateway.callbacks set enabled_at = now() - interval '5 days' where name = 'dead';
     insert into tracking.callback_health (tenant, name, failing_since)
     values ('default', 'dead', now() - interval '4 days')`,
  );
  platform.receiver.answer("/dead", 500);
  await eventually(async () => {
    await platform.tell([mailFacts(platform.secret)[1]]);
    return (await view("dead")).state === "disabled";
  });
  expect(await view("dead")).toMatchObject({ disabledReason: "failing" });
  await eventually(() =>
    platform.facts.some(
      (fact) =>
        fact.type === "delivery.failed" &&
        fact.callback === "dead" &&
        fact.error.code === "callback_ended",
    ),
  );
  await unregister("dead");
});

test("a replay sends what a callback asks for again, under the ids it had", async () => {
  const since = new Date().toISOString();
  const heard = [mailFacts(platform.secret), mailFacts(platform.secret)];
  await platform.tell(heard.flat());
  await eventually(async () => {
    const rows = await platform.db.kysely
      .selectFrom("tracking.timeline")
      .select("id")
      .where(
        "id",
        "in",
        heard.flat().map(({ id }) => id),
      )
      .execute();
    return rows.length === 4;
  });
  await register("late");
  const replay = () => platform.call("POST /v1/callbacks/late/replay", { since });
  expect((await replay()).body).toEqual({ replayed: 2, nextCursor: null });
  const ids = new Set(heard.map(([, sent]) => sent.id));
  const idsAt = () => new Set(at("late").map(({ headers }) => headers["webhook-id"]));
  await eventually(() => at("late").length === 2);
  expect(idsAt()).toEqual(ids);
  await replay();
  await eventually(() => at("late").length === 4);
  expect(idsAt()).toEqual(ids);
  const until = new Date(Date.parse(since) - 1).toISOString();
  const none = await platform.call("POST /v1/callbacks/late/replay", { since: until, until });
  expect(none.body).toEqual({ replayed: 0, nextCursor: null });
  await unregister("late");
});
