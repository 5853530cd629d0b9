import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createPace, type Urgency } from "./pace.ts";
import { createLocalBucket } from "./token-supply.ts";

/** Paced by a bucket of its own, with the supply's calls counted. */
function paced(perSecond: number) {
  const bucket = createLocalBucket();
  const asked: number[] = [];
  const pace = createPace({
    perSecond,
    supply: {
      lease(wanted) {
        if (wanted > 0) asked.push(wanted);
        return Promise.resolve({ ...bucket(wanted, perSecond), instances: 1 });
      },
      leave: () => Promise.resolve(),
    },
  });
  onTestFinished(() => pace.close());
  return { pace, asked };
}

test("calls come at the rate, and tokens in batches", async () => {
  const { pace, asked } = paced(1_000);
  const began = performance.now();
  const granted = await Promise.all(Array.from({ length: 600 }, () => pace.take("normal")));
  const seconds = (performance.now() - began) / 1_000;
  expect(granted.every(Boolean)).toBe(true);
  // A burst of 100 ms comes at once, the rest at the rate.
  expect(seconds).toBeGreaterThan(0.48);
  expect(seconds).toBeLessThan(0.9);
  expect(asked.length).toBeLessThan(40);
});

test("the more urgent are served first", async () => {
  const { pace } = paced(20);
  const order: Urgency[] = [];
  await pace.take("normal");
  const waits = (["bulk", "normal", "returned", "critical"] as const).map(async (urgency) => {
    if (await pace.take(urgency)) order.push(urgency);
  });
  await Promise.all(waits);
  // The first in line may have been served before the others came.
  expect(order.filter((urgency) => urgency !== "bulk")).toEqual(["critical", "returned", "normal"]);
});

test("says when there is no use in waiting, to the urgent later than to others", async () => {
  const { pace } = paced(10);
  const waits = Array.from({ length: 12 }, () => pace.take("bulk"));
  expect(pace.mayTake("bulk")).toBe(false);
  expect(pace.mayTake("critical")).toBe(true);
  expect(pace.room()).toBe(0);
  await pace.close();
  expect(await Promise.all(waits)).toContain(false);
});

test("who waits longer than could be foreseen is told so", async () => {
  const pace = createPace({
    perSecond: 10,
    supply: {
      lease: () => Promise.resolve({ granted: 0, retryMs: 60_000, instances: 1 }),
      leave: () => Promise.resolve(),
    },
  });
  onTestFinished(() => pace.close());
  const began = performance.now();
  expect(await pace.take("normal")).toBe(false);
  expect(performance.now() - began).toBeLessThan(4_500);
  expect(pace.mayTake("normal")).toBe(false);
});

test("a token that was given back is at hand, for a second", async () => {
  const { pace } = paced(1);
  expect(await pace.take("normal")).toBe(true);
  expect(pace.tryTake()).toBe(false);
  pace.giveBack();
  expect(pace.tryTake()).toBe(true);
  pace.giveBack();
  await sleep(1_050);
  expect(pace.tryTake()).toBe(false);
});

test("times given to those who cannot wait in memory are apart by the rate", () => {
  const { pace } = paced(2);
  const [first, second, third] = [pace.reserve(), pace.reserve(), pace.reserve()];
  expect(first).toBeGreaterThan(1_000);
  expect(Math.round((second - first) / 50)).toBe(10);
  expect(Math.round((third - second) / 50)).toBe(10);
});

test("a bucket refills at the rate and holds no more than a tenth of a second", () => {
  let time = 0;
  const bucket = createLocalBucket(() => time);
  expect(bucket(500, 1_000)).toEqual({ granted: 100, retryMs: 100 });
  time += 10;
  expect(bucket(500, 1_000)).toEqual({ granted: 10, retryMs: 100 });
  time += 60_000;
  expect(bucket(500, 1_000).granted).toBe(100);
  const slow = createLocalBucket(() => time);
  expect(slow(1, 0.5)).toEqual({ granted: 1, retryMs: 0 });
  expect(slow(1, 0.5)).toEqual({ granted: 0, retryMs: 2_000 });
});
