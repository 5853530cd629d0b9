import { setTimeout } from "node:timers/promises";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let senders: BenchSender[] = [];
beforeAll(async () => (bench = await openTestBench()));
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
});
afterAll(() => bench.close());

const both = { env: { EMAIL_PROVIDERS: "first,second" } };
const start = async (...args: Parameters<TestBench["startSender"]>) => {
  const sender = await bench.startSender(...args);
  senders.push(sender);
  return sender;
};
/** Until the sender says that no account takes calls. */
const warned = ({ url }: BenchSender) =>
  eventually(async () =>
    JSON.stringify(await (await fetch(`${url}/readyz?verbose`)).json()).includes("warn"),
  );
const some = (count: number) => Array.from({ length: count }, () => bench.delivery());
const allSent = (deliveries: { notificationId: string }[]) =>
  Promise.all(deliveries.map((delivery) => bench.factOf(delivery, "delivery.sent")));

test("a provider that is down: the next takes over at once, no attempt is spent, and it is used again when it is back", async () => {
  let down = true;
  const firstCall = new Map<string, number>();
  const sender = await start(({ provider }) => {
    if (!firstCall.has(provider)) firstCall.set(provider, performance.now());
    return provider === "first" && down ? { kind: "transient", detail: "503" } : { kind: "sent" };
  }, both);
  const deliveries = some(300);
  await bench.publish(deliveries);
  const sent = await allSent(deliveries);
  const takenOver = (firstCall.get("second") ?? 0) - (firstCall.get("first") ?? 0);
  console.info(`the second account took over after ${takenOver.toFixed(1)} ms`);
  expect(takenOver).toBeLessThan(2_000);
  expect(sent.every(({ attempt, provider }) => attempt === 1 && provider === "second")).toBe(true);
  // The breaker spared all but those that were under way when it opened.
  expect(sender.calls.filter(({ provider }) => provider === "first").length).toBeLessThan(300);
  const hops = deliveries.map((delivery) =>
    bench.factsOf(delivery).filter((fact) => fact.type === "delivery.failed_over"),
  );
  expect(hops.every((facts) => facts.length === 1)).toBe(true);
  const reasons = new Set(
    hops.flat().map((fact) => (fact.type === "delivery.failed_over" ? fact.reason : "")),
  );
  expect(reasons).toEqual(new Set(["transient: 503", "its breaker is open"]));
  const metrics = await (await fetch(`${sender.url}/metrics`)).text();
  expect(metrics).toMatch(/pulse_failovers_total\{.*cause="breaker_open".*\} \d+/);
  down = false;
  await eventually(
    async () => {
      const delivery = bench.delivery();
      await bench.publish([delivery]);
      return (await bench.factOf(delivery, "delivery.sent")).provider === "first";
    },
    { timeoutMs: 15_000 },
  );
}, 30_000);

test("every provider down and back: deliveries wait, none is lost, and the attempts they cost are few", async () => {
  let down = true;
  const sender = await start(
    () => (down ? { kind: "transient", detail: "503" } : { kind: "sent" }),
    { env: { ...both.env, SEND_CONCURRENCY: "20" } },
  );
  const deliveries = some(200);
  await bench.publish(deliveries);
  await warned(sender);
  const calls = sender.calls.length;
  expect(calls).toBeLessThan(100);
  down = false;
  await eventually(() => sender.calls.length >= calls + 200, { timeoutMs: 15_000 });
  const sent = await allSent(deliveries);
  expect(Math.max(...sent.map(({ attempt }) => attempt))).toBeLessThanOrEqual(3);
  expect(sent.every(({ possibleDuplicate }) => !possibleDuplicate)).toBe(true);
}, 30_000);

test("what comes while an account is tried again waits for the answer, not in a tier", async () => {
  let down = true;
  let claimed = 0;
  const sender = await start(
    async () => {
      if (down) return { kind: "transient", detail: "503" };
      await setTimeout(200);
      return { kind: "sent" };
    },
    {
      overrides: {
        atStep: async (step) => {
          if (down || step !== "claimed") return;
          claimed += 1;
          await eventually(() => claimed >= 2);
        },
      },
    },
  );
  const deliveries = some(10);
  await bench.publish(deliveries);
  await warned(sender);
  down = false;
  await eventually(() => claimed === 1, { timeoutMs: 15_000 });
  const late = bench.delivery();
  await bench.publish([late]);
  await allSent([...deliveries, late]);
  const facts = [...deliveries, late].flatMap((delivery) => bench.factsOf(delivery));
  expect(facts.filter(({ type }) => type === "delivery.waiting")).toEqual([]);
}, 30_000);

test("a storm of 429 costs no attempt and few calls", async () => {
  let storm = true;
  const sender = await start(({ provider }) =>
    storm && provider === "first"
      ? { kind: "rate_limited", detail: "429", retryAfterMs: 1_500 }
      : { kind: "sent" },
  );
  const deliveries = some(400);
  await bench.publish(deliveries);
  await eventually(() => sender.calls.length > 0);
  const until = performance.now() + 2_500;
  await eventually(() => performance.now() > until, { timeoutMs: 5_000 });
  // A wave of calls before the first answer, and one after the pause.
  expect(sender.calls.length).toBeLessThanOrEqual(2 * 256);
  storm = false;
  const sent = await allSent(deliveries);
  expect(sent.every(({ attempt }) => attempt === 1)).toBe(true);
}, 20_000);

test("what one sender finds out about an account all know within a second", async () => {
  let broken = true;
  const script = ({ provider }: { provider: string }) =>
    provider === "first" && broken
      ? ({ kind: "config", detail: "401" } as const)
      : ({ kind: "sent" } as const);
  const [one, other] = [await start(script, both), await start(script, { ...both, joins: true })];
  const state = async (sender: BenchSender) =>
    /pulse_breaker_state\{.*provider="first",accounts="live".*\} (\d)/.exec(
      await (await fetch(`${sender.url}/metrics`)).text(),
    )?.[1];
  await eventually(async () => (await state(one)) === "0" && (await state(other)) === "0");
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.sent");
  const began = performance.now();
  await eventually(async () => (await state(one)) === "2" && (await state(other)) === "2");
  expect(performance.now() - began).toBeLessThan(1_500);
  const firstCalls = [one, other].flatMap(({ calls }) =>
    calls.filter(({ provider }) => provider === "first"),
  );
  expect(firstCalls).toHaveLength(1);
  broken = false;
});

test("with weights each account gets its share", async () => {
  const sender = await start(() => ({ kind: "sent" }), {
    env: { EMAIL_PROVIDERS: "first:80,second:20" },
  });
  await bench.publish(some(1_000));
  await eventually(() => sender.calls.length === 1_000, { timeoutMs: 20_000 });
  const share = sender.calls.filter(({ provider }) => provider === "first").length / 1_000;
  expect(share).toBeGreaterThan(0.74);
  expect(share).toBeLessThan(0.86);
}, 30_000);

test("a slow account leaves call slots for a fast one", async () => {
  const slow = Promise.withResolvers<void>();
  const sender = await start(
    async ({ provider }) => {
      if (provider === "second") await slow.promise;
      return { kind: "sent" };
    },
    {
      env: {
        EMAIL_PROVIDERS: "first:50,second:50",
        SEND_CONCURRENCY: "8",
        CALL_TIMEOUT_MS: "60000",
      },
    },
  );
  const callsOf = (name: string) => sender.calls.filter(({ provider }) => provider === name);
  await bench.publish(some(100));
  await eventually(() => callsOf("first").length >= 90);
  slow.resolve();
  await eventually(() => sender.calls.length === 100);
  expect(callsOf("second").length).toBeLessThanOrEqual(10);
});
