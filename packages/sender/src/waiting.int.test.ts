import { returnToNow, travel } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let sender: BenchSender | undefined;
beforeAll(async () => (bench = await openTestBench()));
afterEach(() => sender?.close());
afterAll(() => bench.close());

const both = { env: { EMAIL_PROVIDERS: "first,second" } };

test.each(["config", "transient", "rate_limited"] as const)(
  "a `%s` outcome hands the same attempt to the next account",
  async (kind) => {
    sender = await bench.startSender(
      (call) => (call.provider === "first" ? { kind, detail: "no" } : { kind: "sent" }),
      both,
    );
    const delivery = bench.delivery();
    await bench.publish([delivery]);
    expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
      provider: "second",
      attempt: 1,
    });
    expect(sender.calls.map((call) => call.provider)).toEqual(["first", "second"]);
    const [hop, ...others] = bench.factsOf(delivery);
    expect(hop).toMatchObject({
      type: "delivery.failed_over",
      attempt: 1,
      provider: "first",
      nextProvider: "second",
      reason: `${kind}: no`,
    });
    expect(others.map((fact) => fact.type)).toEqual(["delivery.sent"]);
  },
);

test("an ambiguous outcome is not handed on", async () => {
  let calls = 0;
  sender = await bench.startSender(() => {
    calls += 1;
    return calls === 1 ? { kind: "ambiguous", detail: "reset" } : { kind: "sent" };
  }, both);
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 2,
    possibleDuplicate: true,
  });
});

test("a `Retry-After` of less than a second waits in memory: no fact, no attempt", async () => {
  let calls = 0;
  sender = await bench.startSender(() => {
    calls += 1;
    return calls === 1
      ? { kind: "rate_limited", detail: "429", retryAfterMs: 300 }
      : { kind: "sent" };
  });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 1,
    provider: "first",
  });
  expect(bench.factsOf(delivery)).toHaveLength(1);
  expect(bench.parked.some(({ headers }) => headers["ntf-id"] === delivery.id)).toBe(false);
});

test("a recipient's own limit delays that delivery alone, costs no attempt, and is waited for", async () => {
  const busy = "busy@example.com";
  const calledAt: number[] = [];
  sender = await bench.startSender(({ message }) => {
    if (message.address !== busy) return { kind: "sent" };
    calledAt.push(performance.now());
    const retryAfterMs = calledAt.length === 1 ? 600 : 1_200;
    return calledAt.length < 3
      ? { kind: "rate_limited", detail: "429", retryAfterMs, scope: "recipient" }
      : { kind: "sent" };
  });
  const limited = bench.delivery({ address: busy });
  await bench.publish([limited]);
  await eventually(() => calledAt.length === 1);
  const others = Array.from({ length: 20 }, () => bench.delivery());
  await bench.publish(others);
  const sent = await Promise.all(others.map((one) => bench.factOf(one, "delivery.sent")));
  expect(sent.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(await bench.factOf(limited, "delivery.sent")).toMatchObject({ attempt: 1 });
  expect(bench.factsOf(limited).map(({ type }) => type)).toEqual([
    "delivery.waiting",
    "delivery.sent",
  ]);
  expect((calledAt[1] ?? 0) - (calledAt[0] ?? 0)).toBeGreaterThanOrEqual(595);
  const metrics = await (await fetch(`${sender.url}/metrics`)).text();
  expect(metrics).toMatch(/pulse_breaker_state\{.*provider="first",accounts="live".*\} 0/);
});

test("a short `Retry-After` waits in a tier and costs no attempt", async () => {
  let calls = 0;
  sender = await bench.startSender(() => {
    calls += 1;
    return calls === 1
      ? { kind: "rate_limited", detail: "429", retryAfterMs: 1_200 }
      : { kind: "sent" };
  });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 1,
    possibleDuplicate: false,
  });
  expect(bench.factsOf(delivery).map((fact) => fact.type)).toEqual([
    "delivery.waiting",
    "delivery.sent",
  ]);
});

test("a `Retry-After` longer than the lane's tiers becomes a timer", async () => {
  sender = await bench.startSender(() => ({
    kind: "rate_limited",
    detail: "429",
    retryAfterMs: 7_200_000,
  }));
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  const waiting = await bench.factOf(delivery, "delivery.waiting");
  const timers = await bench.db.kysely.selectFrom("schedule.timers").selectAll().execute();
  expect(timers).toHaveLength(1);
  expect(timers[0]).toMatchObject({
    topic: bench.names.deliveries("email", "normal"),
    tenant: "default",
  });
  expect(timers[0]?.due_at.toISOString()).toBe(waiting.nextAt);
  expect(JSON.parse(String(timers[0]?.value))).toEqual(delivery);
});

test("a sandbox delivery uses sandbox accounts only, and is refused where there are none", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const refused = bench.delivery({ sandbox: true });
  await bench.publish([refused]);
  expect(await bench.factOf(refused, "delivery.failed")).toMatchObject({
    error: { code: "provider_misconfigured" },
  });
  expect(sender.calls).toHaveLength(0);
  await sender.close();
  sender = await bench.startSender(() => ({ kind: "sent" }), {
    env: { SANDBOX_EMAIL_PROVIDERS: "second" },
  });
  const delivery = bench.delivery({ sandbox: true });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({ provider: "second" });
});

test("Postgres connections that break cost nothing but time", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const deliveries = Array.from({ length: 300 }, () => bench.delivery());
  const publishing = bench.publish(deliveries);
  for (let cut = 0; cut < 5; cut += 1) {
    await eventually(() => (sender?.calls.length ?? 0) > cut * 40);
    await bench.db.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
  }
  await publishing;
  await Promise.all(deliveries.map((delivery) => bench.factOf(delivery, "delivery.sent")));
  expect(new Set(sender.calls.map((call) => call.message.delivery.id)).size).toBe(300);
  expect(sender.calls).toHaveLength(300);
});

test("bulk that hangs does not hold up critical", async () => {
  const release = Promise.withResolvers<void>();
  sender = await bench.startSender(
    async ({ message }) => {
      if (message.delivery.lane === "bulk") await release.promise;
      return { kind: "sent" };
    },
    { env: { SEND_CONCURRENCY: "20", CALL_TIMEOUT_MS: "60000" } },
  );
  const bulk = Array.from({ length: 100 }, () => bench.delivery({ lane: "bulk" }));
  await bench.publish(bulk);
  await eventually(() => (sender?.calls.length ?? 0) >= 16);
  const critical = bench.delivery({ lane: "critical" });
  await bench.publish([critical]);
  await bench.factOf(critical, "delivery.sent");
  expect(sender.calls.length).toBeLessThanOrEqual(20);
  release.resolve();
  await Promise.all(bulk.map((delivery) => bench.factOf(delivery, "delivery.sent")));
});

test("a developer who travels in time has a retry's delay over, and the next one's before it", async () => {
  const hour = 3_600_000;
  sender = await bench.startSender(
    () =>
      (sender?.calls.length ?? 0) < 3 ? { kind: "transient", detail: "503" } : { kind: "sent" },
    { overrides: { tierDelayMs: () => hour } },
  );
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  const dueAfterParking = (times: number) =>
    eventually(() => {
      const own = bench.parked.filter(({ headers }) => headers["ntf-id"] === delivery.id);
      expect(own).toHaveLength(times);
      return Number(own.at(-1)?.headers["ntf-not-before"]);
    });
  const firstDue = await dueAfterParking(1);
  await travel(bench.db, "PT2H");
  expect((await dueAfterParking(2)) - firstDue).toBeGreaterThan(hour);
  expect(sender.calls).toHaveLength(2);
  await travel(bench.db, "PT2H");
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({ attempt: 3 });
  await returnToNow(bench.db);
});

// Last, since it leaves a record in its topic.
test("a misconfigured account costs no attempt, and the channel stands still without it", async () => {
  sender = await bench.startSender(() => ({ kind: "config", detail: "401" }));
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  const waiting = await bench.factOf(delivery, "delivery.waiting");
  expect(waiting).toMatchObject({ attempt: 1, reason: "first: 401" });
  expect(await bench.row(delivery)).toMatchObject({ state: "waiting", attempt: 1 });
  const record = await eventually(
    () => bench.parked.find(({ headers }) => headers["ntf-id"] === delivery.id) ?? null,
  );
  expect(record?.headers).toMatchObject({ "ntf-waits": "1" });
  expect(record?.headers["ntf-attempt"]).toBeUndefined();
  const next = bench.delivery();
  await bench.publish([next]);
  const ready = await fetch(`${sender.url}/readyz?verbose`).then((answer) => answer.json());
  expect(ready).toMatchObject({ checks: { providers: [{ status: "warn" }] } });
  expect(sender.calls).toHaveLength(1);
  expect(await bench.row(next)).toBeUndefined();
});
