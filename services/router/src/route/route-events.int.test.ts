import { deliveryId, notificationId, STAMP } from "@pulsecourier/contracts";
import { createDb } from "@pulsecourier/db";
import type { OutRecord } from "@pulsecourier/kafka";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routeEvents } from "./route-events.ts";
import { adhoc, adhocId, event, NOW, record, testRouter, topics } from "../test-router.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let router: Awaited<ReturnType<typeof testRouter>>;

beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putTemplate("shipped", {
    channels: { email: { subject: "Sent", text: "It is" }, inapp: { title: "Sent" } },
    category: "orders",
  });
  await router.putRule("shipped", {
    on: "order.shipped",
    when: "event.data.total > 0.0",
    recipients: ["event.data.userId"],
    template: "shipped",
  });
  await router.putRecipient("ann", { email: "ann@example.com", locale: "de" });
});

afterAll(() => router.close());

/** Without what a repeat may change: the span. */
function withoutSpan(out: OutRecord[]) {
  return out.map((one) => ({ ...one, headers: { ...one.headers, traceparent: "" } }));
}

describe("an event that a rule matches", () => {
  test("becomes a delivery a channel and one fact, ids derived from what it is", async () => {
    const stamps = { [STAMP.acceptedAt]: "1700000000000" };
    const { out, deliveries, facts } = await router.run(
      event("e1", { total: 5, userId: "ann" }, { ...stamps, traceparent }),
    );
    const id = notificationId(router.secret, {
      tenant: "acme",
      acceptedAt: 1_700_000_000_000,
      source: "/shop",
      eventId: "e1",
      rule: "shipped",
      recipient: "ann",
    });
    const [email, inapp] = ["email", "inapp"].map((channel) =>
      deliveryId(router.secret, "acme", id, channel),
    );
    expect(deliveries).toMatchObject([
      {
        id: email,
        channel: "email",
        address: "ann@example.com",
        recipient: { id: "ann", email: "ann@example.com", locale: "de" },
        template: { name: "shipped", version: 1 },
        category: "orders",
        lane: "normal",
        data: { total: 5, userId: "ann" },
        acceptedAt: 1_700_000_000_000,
        sandbox: false,
      },
      { id: inapp, channel: "inapp", address: "ann", notificationId: id },
    ]);
    expect(facts).toMatchObject([
      {
        type: "notification.routed",
        notificationId: id,
        deliveries: [{ id: email }, { id: inapp }],
        summary: {
          rule: { name: "shipped", version: 1 },
          recipient: "ann",
          channels: ["email", "inapp"],
        },
      },
    ]);
    const [first, , fact] = out;
    expect(first).toMatchObject({ topic: topics.deliveries("email", "normal"), key: "acme:ann" });
    expect(first?.headers["ntf-id"]).toBe(email);
    expect(first?.headers["traceparent"]?.slice(0, 35)).toBe(traceparent.slice(0, 35));
    expect(fact).toMatchObject({ topic: topics.lifecycle, key: id });
    expect(JSON.stringify(facts)).not.toContain("@");
  });

  test("decides the same when it comes again, with another time and after the rule changed", async () => {
    const first = await router.run(event("twice", { total: 1, userId: "ann" }));
    await router.putRule("late", { on: "order.shipped", recipients: ['"x"'], template: "shipped" });
    router.clock.now += 60_000;
    const again = await router.run(
      event("twice", { total: 1, userId: "ann" }, { ce_time: "2026-03-01T13:00:00Z" }),
    );
    router.clock.now = NOW;
    await router.putRule("late", { on: "never", recipients: ['"x"'], template: "shipped" });
    expect(again.deliveries).toEqual(first.deliveries);
    expect(again.facts.map((fact) => fact.id)).toEqual(first.facts.map((fact) => fact.id));
    expect(first.deliveries).toHaveLength(2);
  });

  test("sees a rule that its gateway had not heard of", async () => {
    await router.putRule("new", { on: "new", recipients: ['"ann"'], template: "shipped" });
    const stale = { ce_type: "new", [STAMP.catalogRevision]: "1" };
    expect((await router.run(event("stale", {}, stale))).deliveries).toHaveLength(2);
  });

  test("handled twice after a crash writes the same", async () => {
    const wave = [
      event("c1", { total: 1, userId: "ann" }),
      adhoc("c2", { to: ["ann", "bob"] }),
      event("c1", { total: 1, userId: "ann" }),
    ];
    const first = await router.run(...wave);
    const again = await router.run(...wave);
    expect(withoutSpan(again.out)).toEqual(withoutSpan(first.out));
    expect(first.deliveries).toHaveLength(2 + 3 + 2);
  });
});

describe("an event that leads to nothing leaves its reason", () => {
  test("no rule for its type, a condition that is false, a missing key", async () => {
    const { out } = await router.run(
      event("n1", { total: 1 }, { ce_type: "other" }),
      event("n2", { total: 0, userId: "ann" }),
      event("n3", { userId: "ann" }),
    );
    expect(out).toEqual([]);
    const about = { rule: "shipped", version: 1, result: "no_match" };
    expect(await router.decision("n1")).toEqual({ rules: [] });
    expect(await router.decision("n2")).toEqual({ rules: [about] });
    const reasons = ["when: No such key: total"];
    expect(await router.decision("n3")).toEqual({ rules: [{ ...about, reasons }] });
  });

  test("a rule that fails on the data harms no other rule", async () => {
    await router.putRule("bad", {
      on: "order.odd",
      when: "event.data.total > 1",
      template: "shipped",
      recipients: ["event.data.userId"],
    });
    await router.putRule("good", { on: "order.odd", recipients: ['"ann"'], template: "shipped" });
    const odd = event("odd", { total: "many", userId: "ann" }, { ce_type: "order.odd" });
    const { deliveries } = await router.run(odd);
    expect(deliveries).toHaveLength(2);
    expect(await router.decision("odd")).toMatchObject({
      rules: [
        { rule: "bad", result: "error", error: { code: "rule_failed" } },
        { rule: "good", result: "match", recipients: 1 },
      ],
    });
  });

  test("a rule whose template is gone fails its notifications", async () => {
    await router.putRule("gone", { on: "order.gone", recipients: ['"ann"'], template: "nope" });
    const { deliveries, facts } = await router.run(event("gone", {}, { ce_type: "order.gone" }));
    expect(deliveries).toEqual([]);
    expect(facts).toMatchObject([
      { type: "notification.failed", error: { code: "unknown_template" } },
    ]);
  });
});

describe("what cannot be routed", () => {
  test("becomes a dead letter, bytes untouched, and the rest of the wave goes on", async () => {
    const garbage = record({}, Buffer.from([0, 255, 1]));
    const { deadLetters, deliveries } = await router.run(
      garbage,
      event("stranger", {}, { ce_pulsetenant: "nobody" }),
      adhoc("fine", { to: ["ann"], channels: ["inapp"] }),
    );
    expect(deliveries).toHaveLength(1);
    expect(deadLetters).toHaveLength(2);
    expect(deadLetters[0]?.value).toEqual(garbage.value);
    expect(deadLetters[0]?.topic).toBe(topics.dlq(garbage.topic));
    expect(
      deadLetters.map(({ headers }) => [headers["ntf-reason"], headers["ntf-err-code"]]),
    ).toEqual([
      ["poison", "malformed_record"],
      ["rejected", "unknown_tenant"],
    ]);
    expect(deadLetters[1]?.headers["ntf-err-msg"]).toContain("nobody");
  });

  test("ends the notifications clients were promised", async () => {
    const { deadLetters, facts } = await router.run(
      adhoc("broken", { to: ["ann"], data: { a: 1 } }),
    );
    expect(deadLetters).toHaveLength(0);
    expect(facts[0]?.type).toBe("notification.routed");
    const bad = adhoc("broken2", { to: ["ann"], lane: undefined });
    const lost = await router.run(bad);
    expect(lost.deadLetters).toHaveLength(1);
    expect(lost.facts).toMatchObject([
      {
        type: "notification.failed",
        notificationId: adhocId(router, "broken2", "ann"),
        error: { code: "malformed_record" },
      },
    ]);
  });

  test("a tenant made a moment after a first look is found", async () => {
    const eager = event("eager", {}, { ce_pulsetenant: "newborn" });
    expect((await router.run(eager)).deadLetters).toHaveLength(1);
    await router.db.kysely.insertInto("gateway.tenants").values({ id: "newborn" }).execute();
    expect((await router.run(eager)).deadLetters).toHaveLength(0);
  });

  test("text that Postgres cannot store in a decision holds nothing up", async () => {
    const when = 'event.data["\\u0000"] == 1';
    await router.putRule("nul", { on: "nul", when, recipients: ['"a"'], template: "shipped" });
    await router.run(event("nul", {}, { ce_type: "nul" }));
    expect(await router.decision("nul")).toMatchObject({ rules: [{ rule: "nul" }] });
  });

  test("a wave rejects while Postgres is away, so that it is given again", async () => {
    const db = createDb({ url: "postgres://127.0.0.1:1/none", onError() {} });
    const wave = routeEvents([event("away", { total: 1, userId: "ann" })], {
      ...router.context,
      db,
    });
    await expect(wave.next()).rejects.toThrow();
    await db.close();
  });
});
