import { expect, test } from "vitest";
import { memoryTrends } from "./memory-trend.ts";

const samples = (...bytes: number[]) =>
  bytes.map((value, index) => ({ at: 1_000_000 + index * 1_000, bytes: { one: value } }));

test("memory that has settled does not grow, however it began", () => {
  expect(memoryTrends(samples(10, 50, 90, 100, 100, 100, 100, 100))).toEqual({
    one: { firstBytes: 10, leastBytes: 10, mostBytes: 100, growthBytesPerSecond: 0 },
  });
});

test("growth is that of the second half", () => {
  const trend = memoryTrends(samples(100, 100, 100, 100, 105, 110, 115, 120))["one"];
  expect(trend?.growthBytesPerSecond).toBeCloseTo(5);
});

test("one sample says nothing of growth", () => {
  expect(memoryTrends(samples(7))["one"]?.growthBytesPerSecond).toBe(0);
  expect(memoryTrends([])).toEqual({});
});
