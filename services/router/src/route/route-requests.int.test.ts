import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adhoc, adhocId, NOW, testRouter } from "../test-router.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => {
  router = await testRouter(await testDatabase());
  await router.putRecipient("ann", { email: "ann@example.com", locale: "de" });
});
afterAll(() => router.close());

describe("an ad-hoc request", () => {
  test("for a thousand goes out in order, in bounded chunks", async () => {
    const to = Array.from({ length: 1_000 }, (_, at) => `r${at}`);
    const { chunks, deliveries, facts } = await router.run(
      adhoc("many", { to, channels: ["inapp"] }),
    );
    expect(chunks.map((chunk) => chunk.length)).toEqual([1_000, 1_000]);
    expect(deliveries.map((delivery) => delivery.address)).toEqual(to);
    expect(facts.map((fact) => fact.notificationId)).toEqual(
      to.map((one) => adhocId(router, "many", one)),
    );
    expect(deliveries[0]?.content).toEqual({ title: "Hi", body: "there" });
  });

  test("with large content goes out in more chunks", async () => {
    const to = Array.from({ length: 100 }, (_, at) => `r${at}`);
    const content = { title: "Hi", body: "x".repeat(200_000) };
    const { chunks, facts } = await router.run(
      adhoc("large", { to, channels: ["inapp"], content }),
    );
    expect(chunks.length).toBeGreaterThan(2);
    expect(facts).toHaveLength(100);
  });

  test("knows recipients by id, inline, and inline over the directory", async () => {
    const { deliveries, facts } = await router.run(
      adhoc("who", {
        to: ["nobody", { email: "x@example.com" }, { id: "ann", email: "new@example.com" }],
        channels: ["email"],
      }),
    );
    expect(deliveries.map((delivery) => delivery.recipient)).toEqual([
      { email: "x@example.com" },
      { id: "ann", email: "new@example.com", locale: "de" },
    ]);
    expect(facts[0]).toMatchObject({
      type: "notification.suppressed",
      notificationId: adhocId(router, "who", "nobody"),
      error: { code: "no_address" },
      skipped: [{ channel: "email" }],
    });
  });

  test("respects preferences, unless its category is required", async () => {
    const preferences = { categories: { news: { inapp: false } }, channels: { email: false } };
    await router.putRecipient("shy", { email: "shy@example.com" }, preferences);
    const { facts } = await router.run(
      adhoc("p1", { to: ["shy"], category: "news" }),
      adhoc("p2", { to: ["shy"] }),
    );
    expect(facts).toMatchObject([
      { type: "notification.suppressed", error: { code: "opted_out" } },
      {
        type: "notification.routed",
        skipped: [{ channel: "email", error: { code: "opted_out" } }],
      },
    ]);
  });

  test("too late is expired", async () => {
    const expiresAt = new Date(NOW - 1).toISOString();
    const { deliveries, facts } = await router.run(adhoc("old", { to: ["ann"], expiresAt }));
    expect(deliveries).toEqual([]);
    expect(facts).toMatchObject([{ type: "notification.expired" }]);
  });
});

describe("a request for later", () => {
  const sendAt = "2026-03-01T14:00:00+01:00";

  test("waits as one timer with its own bytes, and is routed when due", async () => {
    const waiting = adhoc("later", { to: ["ann", "bob"], channels: ["inapp"], sendAt });
    const early = await router.run(waiting);
    await router.run(waiting);
    expect(early.deliveries).toEqual([]);
    expect(early.facts).toMatchObject([
      { type: "notification.scheduled", summary: { sendAt: "2026-03-01T13:00:00.000Z" } },
      { type: "notification.scheduled" },
    ]);
    const timers = await router.db.kysely.selectFrom("schedule.timers").selectAll().execute();
    expect(timers).toHaveLength(1);
    const [timer] = timers;
    expect(timer).toMatchObject({ due_at: new Date(sendAt), topic: waiting.topic, key: "k" });
    expect(timer?.value).toEqual(waiting.value);

    await router.db.kysely
      .insertInto("ledger.tombstones")
      .values({ notification_id: adhocId(router, "later", "bob"), tenant: "acme" })
      .execute();
    const fired = { ...waiting, headers: timer?.headers as Record<string, string> };
    const { deliveries, facts } = await router.run(fired);
    expect(deliveries.map((one) => one.notificationId)).toEqual([adhocId(router, "later", "ann")]);
    expect(facts).toMatchObject([
      { type: "notification.routed" },
      { type: "notification.cancelled", notificationId: adhocId(router, "later", "bob") },
    ]);
  });

  test("waits for its timer even when the router's own clock says that it is due", async () => {
    router.clock.now = Date.parse(sendAt) + 1;
    const early = await router.run(adhoc("fast", { to: ["ann"], channels: ["inapp"], sendAt }));
    router.clock.now = NOW;
    expect(early.deliveries).toEqual([]);
    expect(early.facts).toMatchObject([{ type: "notification.scheduled" }]);
  });
});

test("a flood of one tenant goes as bulk, critical stays critical", async () => {
  const flooded = await testRouter(await testDatabase(), { perMinute: 2 });
  const to = ["a", "b", "c"];
  const { deliveries, facts } = await flooded.run(
    adhoc("flood", { to, channels: ["inapp"] }),
    adhoc("urgent", { to, channels: ["inapp"], lane: "critical" }),
  );
  expect(deliveries.map((delivery) => delivery.lane)).toEqual([
    "normal",
    "normal",
    "bulk",
    "critical",
    "critical",
    "critical",
  ]);
  expect(facts[2]).toMatchObject({ summary: { lane: "bulk" } });
  await flooded.close();
});
