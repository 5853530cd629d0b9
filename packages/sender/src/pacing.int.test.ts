import { createBreakableProxy, eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let senders: BenchSender[] = [];
beforeAll(async () => (bench = await openTestBench()));
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
});
afterAll(() => bench.close());

type Timed = { provider: string; id: string; at: number };

/** A sender that notes when it called whom. */
async function start(env: Record<string, string>, calls: Timed[], joins = false) {
  const sender = await bench.startSender(
    ({ provider, message }) => {
      calls.push({ provider, id: message.delivery.id, at: performance.now() });
      return { kind: "sent" };
    },
    { env, joins },
  );
  senders.push(sender);
  return sender;
}

const some = (count: number, lane: "critical" | "normal" | "bulk" = "normal") =>
  Array.from({ length: count }, () => bench.delivery({ lane }));
const allSent = (deliveries: { notificationId: string }[]) =>
  Promise.all(deliveries.map((delivery) => bench.factOf(delivery, "delivery.sent")));
const secondsOf = (calls: Timed[]) => ((calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0)) / 1_000;

test("an account keeps its rate, waiting costs no attempt, and the urgent do not wait behind bulk", async () => {
  const calls: Timed[] = [];
  await start({ FIRST_RATE_PER_SECOND: "100", SEND_CONCURRENCY: "20" }, calls);
  const bulk = some(400, "bulk");
  await bench.publish(bulk);
  await eventually(() => calls.length > 50);
  const critical = bench.delivery({ lane: "critical" });
  await bench.publish([critical]);
  const sent = await allSent([critical, ...bulk]);
  // Overtaken were those that came first by far: all of bulk takes four seconds.
  expect(calls.findIndex(({ id }) => id === critical.id)).toBeLessThan(250);
  expect(sent.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(bench.facts.some((fact) => fact.type === "delivery.waiting")).toBe(false);
  expect(calls.length / secondsOf(calls)).toBeGreaterThan(40);
  expect(calls.length / secondsOf(calls)).toBeLessThan(112);
}, 20_000);

test("what an account's rate cannot take within a second goes to the next, told as a hop", async () => {
  const calls: Timed[] = [];
  await start({ EMAIL_PROVIDERS: "first,second", FIRST_RATE_PER_SECOND: "20" }, calls);
  const deliveries = some(500);
  await bench.publish(deliveries);
  await allSent(deliveries);
  const second = calls.filter(({ provider }) => provider === "second");
  expect(second.length).toBeGreaterThan(400);
  const hops = deliveries.flatMap((delivery) =>
    bench.factsOf(delivery).filter((fact) => fact.type === "delivery.failed_over"),
  );
  expect(hops).toHaveLength(second.length);
  expect(hops[0]).toMatchObject({ provider: "first", nextProvider: "second" });
}, 20_000);

test("a slow account does not hold up a fast one beside it", async () => {
  const p99 = async (env: Record<string, string>) => {
    const calls: Timed[] = [];
    const sender = await start({ ...env, SEND_CONCURRENCY: "20" }, calls);
    const published = new Map<string, number>();
    for (let round = 0; round < 100; round += 1) {
      const deliveries = some(4);
      for (const { id } of deliveries) published.set(id, performance.now());
      await bench.publish(deliveries);
    }
    await eventually(() => calls.length === 400);
    await sender.close();
    const waits = calls
      .filter(({ provider }) => provider === "second")
      .map(({ id, at }) => at - (published.get(id) ?? 0))
      .toSorted((a, b) => a - b);
    return waits[Math.floor(waits.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  };
  const alone = await p99({ EMAIL_PROVIDERS: "second" });
  const beside = await p99({
    EMAIL_PROVIDERS: "first:50,second:50",
    FIRST_RATE_PER_SECOND: "20",
  });
  console.info(
    `p99 of the fast account: alone ${alone.toFixed(1)} ms, beside ${beside.toFixed(1)} ms`,
  );
  expect(beside).toBeLessThan(alone * 1.5 + 50);
}, 30_000);

/** An account's rate, over a Redis that can be cut off. */
async function breakable() {
  const redis = new URL(bench.env.REDIS_URL);
  const proxy = await createBreakableProxy({ host: redis.hostname, port: Number(redis.port) });
  onTestFinished(() => proxy.close());
  const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, FIRST_RATE_PER_SECOND: "100" };
  return { proxy, env };
}

/** Cuts Redis off; calls a second from a moment later on. */
async function rateWithoutRedis(proxy: { cut(): void }, calls: Timed[]): Promise<number> {
  proxy.cut();
  const atCut = calls.length;
  await eventually(() => calls.length > atCut + 200, { timeoutMs: 10_000 });
  const away = calls.slice(atCut + 50, atCut + 200);
  return away.length / secondsOf(away);
}

test("a sender that has ended leaves its part of an account's rate to the others, though Redis is away", async () => {
  const { proxy, env } = await breakable();
  const calls: Timed[] = [];
  const ended = await start(env, calls);
  const first = bench.delivery();
  await bench.publish([first]);
  await allSent([first]);
  await ended.close();
  await start(env, calls, true);
  const deliveries = some(400);
  await bench.publish(deliveries);
  await eventually(() => calls.length > 50);
  expect(await rateWithoutRedis(proxy, calls)).toBeGreaterThan(70);
  proxy.restore();
  await allSent(deliveries);
}, 30_000);

test("two senders share an account's rate, and each keeps to its part of it while Redis is away", async () => {
  const { proxy, env } = await breakable();
  const calls: Timed[] = [];
  const one = await start(env, calls);
  const other = await start(env, calls, true);
  const bulk = some(1_200);
  await bench.publish(bulk);
  await eventually(() => one.calls.length > 20 || other.calls.length > 20);
  await eventually(() => calls.length > 200);
  // Only one of the two has deliveries here, as its topic has one partition, and it keeps to half of the rate.
  expect(await rateWithoutRedis(proxy, calls)).toBeLessThan(65);
  for (const { url } of [one, other]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  proxy.restore();
  await eventually(() => calls.length === 1_200, { timeoutMs: 20_000 });
  const perSecond = calls.length / secondsOf(calls);
  console.info(
    `rate over all: ${perSecond.toFixed(1)}/s, ${one.calls.length} and ${other.calls.length} calls`,
  );
  expect(perSecond).toBeLessThan(120);
  const sent = await allSent(bulk);
  expect(sent.every(({ attempt }) => attempt === 1)).toBe(true);
}, 40_000);
