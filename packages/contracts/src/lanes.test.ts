import { expect, test } from "vitest";
import { tierForDelay, tierForRetry } from "./lanes.ts";

test("a retry takes the nth tier of its lane and then stays in the last", () => {
  expect([1, 2, 3, 4, 5, 6].map((n) => tierForRetry("normal", n))).toEqual([
    "5s",
    "30s",
    "2m",
    "10m",
    "1h",
    "1h",
  ]);
  expect([1, 2, 3].map((n) => tierForRetry("critical", n))).toEqual(["5s", "30s", "30s"]);
});

test("a delay rounds up to a tier; one too long for the lane has none", () => {
  expect(tierForDelay("normal", 5_001)).toBe("30s");
  expect(tierForDelay("bulk", 1)).toBe("2m");
  expect(tierForDelay("critical", 31_000)).toBeNull();
});
