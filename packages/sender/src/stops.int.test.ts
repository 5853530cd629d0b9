import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let sender: BenchSender | undefined;
beforeAll(async () => (bench = await openTestBench()));
afterEach(async () => {
  await sender?.close();
  await bench.db.pool.query("delete from schedule.timers; delete from gateway.stops");
});
afterAll(() => bench.close());

type Target = { channel?: string; account?: string; tenant?: string };

/** A stop in the gateway's place. */
async function stop({ channel, account, tenant }: Target): Promise<string> {
  if (tenant !== undefined)
    await bench.db.pool.query("insert into gateway.tenants values ($1) on conflict do nothing", [
      tenant,
    ]);
  const { rows } = await bench.db.pool.query(
    "insert into gateway.stops (channel, account, tenant, reason, by) values ($1, $2, $3, 'a test', 'test') returning id",
    [channel, account, tenant],
  );
  return String(rows[0].id);
}

/** Until the sender says that it knows what is stopped. */
const obeyed = (what: RegExp) =>
  eventually(async () => {
    const answer = await fetch(`${sender?.url}/readyz?verbose`);
    expect(answer.status).toBe(200);
    return what.test(await answer.text());
  });
const timers = () => bench.db.kysely.selectFrom("schedule.timers").selectAll().execute();
const some = (count: number, fields: Parameters<TestBench["delivery"]>[0] = {}) =>
  Array.from({ length: count }, () => bench.delivery(fields));
const allSent = (deliveries: { notificationId: string }[]) =>
  Promise.all(deliveries.map((delivery) => bench.factOf(delivery, "delivery.sent")));
const allWait = (deliveries: { notificationId: string }[]) =>
  Promise.all(deliveries.map((delivery) => bench.factOf(delivery, "delivery.waiting")));

test("a stopped account: the next takes over, and no attempt is spent", async () => {
  sender = await bench.startSender(() => ({ kind: "sent" }), {
    env: { EMAIL_PROVIDERS: "first,second" },
  });
  await stop({ channel: "email", account: "first" });
  await obeyed(/account first of email: a test/);
  const deliveries = some(20);
  await bench.publish(deliveries);
  const sent = await allSent(deliveries);
  expect(sent.every(({ attempt, provider }) => attempt === 1 && provider === "second")).toBe(true);
  expect(sender.calls.some(({ provider }) => provider === "first")).toBe(false);
  const [delivery] = deliveries;
  expect(delivery && bench.factsOf(delivery)[0]).toMatchObject({
    type: "delivery.failed_over",
    reason: "an operator has stopped it",
  });
});

test("every account stopped: what comes is held without a claim, told once, and nothing is called", async () => {
  const [first, second] = [
    await stop({ channel: "email", account: "first" }),
    await stop({ channel: "email", account: "second" }),
  ];
  sender = await bench.startSender(() => ({ kind: "sent" }), {
    env: { EMAIL_PROVIDERS: "first,second" },
  });
  const deliveries = [...some(100), ...some(3, { lane: "critical" })];
  // Each record twice: the router may repeat itself.
  await bench.publish(deliveries, { times: 2 });
  const waiting = await allWait(deliveries);
  expect(waiting.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(waiting[0]).toMatchObject({
    reason: expect.stringContaining("account second of email is stopped: a test"),
    stops: [first, second].toSorted(),
  });
  expect(waiting[0]).not.toHaveProperty("nextAt");
  const held = await eventually(async () => {
    const rows = await timers();
    return rows.length >= 206 ? rows : null;
  });
  expect(held?.every(({ held_by }) => held_by?.length === 2)).toBe(true);
  for (const delivery of deliveries) {
    expect(new Set(bench.factsOf(delivery).map(({ id }) => id)).size).toBe(1);
    expect(await bench.row(delivery)).toBeUndefined();
  }
  expect(sender.calls).toHaveLength(0);
});

test("a stopped tenant is held from the sender's start, and others are not delayed", async () => {
  await stop({ tenant: "acme" });
  sender = await bench.startSender(() => ({ kind: "sent" }), { env: { SEND_CONCURRENCY: "8" } });
  const acme = some(2_000, { tenant: "acme" });
  await bench.publish(acme);
  const others = some(20);
  await bench.publish(others);
  const sent = await allSent(others);
  expect(sent.every(({ attempt }) => attempt === 1)).toBe(true);
  await allWait(acme);
  expect(sender.calls.every(({ message }) => message.delivery.tenant === "default")).toBe(true);
  await eventually(async () => (await timers()).length === 2_000);
});

test("a stop between claim and call holds the attempt, and it can be claimed again", async () => {
  const goOn = Promise.withResolvers<void>();
  let claims = 0;
  sender = await bench.startSender(() => ({ kind: "sent" }), {
    overrides: {
      atStep: (step) => {
        if (step !== "claimed") return;
        claims += 1;
        return goOn.promise;
      },
    },
  });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  await eventually(() => claims > 0);
  await stop({ tenant: "default", channel: "email" });
  await obeyed(/tenant default on email/);
  goOn.resolve();
  await bench.factOf(delivery, "delivery.waiting");
  const [timer] = await eventually(async () => {
    const rows = await timers();
    return rows.length > 0 ? rows : null;
  }).then((rows) => rows ?? []);
  expect(await bench.row(delivery)).toMatchObject({ state: "waiting", attempt: 1 });
  expect(sender.calls).toHaveLength(0);
  await bench.db.pool.query("update gateway.stops set lifted_at = now()");
  await eventually(async () => !/stops/.test(await readiness()));
  // As the scheduler does.
  await bench.publishTo(timer?.topic ?? "", delivery);
  expect(await bench.factOf(delivery, "delivery.sent")).toMatchObject({
    attempt: 1,
    possibleDuplicate: false,
  });
});
const readiness = async () => (await fetch(`${sender?.url}/readyz?verbose`)).text();

test("what expires while it is held ends as expired", async () => {
  await stop({ channel: "email" });
  sender = await bench.startSender(() => ({ kind: "sent" }));
  const expiresAt = Date.now() + 3_000;
  const delivery = bench.delivery({ expiresAt });
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.waiting");
  const [timer] = await timers();
  expect(timer?.due_at.getTime()).toBe(expiresAt + 1_000);
  await eventually(() => Date.now() > expiresAt);
  await bench.publishTo(timer?.topic ?? "", delivery);
  await bench.factOf(delivery, "delivery.expired");
  expect(sender.calls).toHaveLength(0);
});
