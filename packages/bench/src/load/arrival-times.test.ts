import { expect, test } from "vitest";
import { arrivalTimes } from "./arrival-times.ts";

test("the rate holds on average, in order, within the time", () => {
  const times = arrivalTimes(50, 200, 7);
  expect(times.length).toBeGreaterThan(9_500);
  expect(times.length).toBeLessThan(10_500);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(200_000);
});

test("gaps are those of independent requests: 37 % of them are longer than the mean", () => {
  const times = arrivalTimes(50, 200, 7);
  const long = times.filter((at, index) => at - (times[index - 1] ?? 0) > 20).length;
  expect(long / times.length).toBeCloseTo(Math.exp(-1), 1);
});

test("a seed names the run", () => {
  expect(arrivalTimes(50, 1, 1)).toEqual(arrivalTimes(50, 1, 1));
  expect(arrivalTimes(50, 1, 1)).not.toEqual(arrivalTimes(50, 1, 2));
});
