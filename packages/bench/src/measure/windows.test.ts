import { expect, test } from "vitest";
import { ratesOf } from "./windows.ts";

test("each window has the rate at which it was filled", () => {
  const seen = [
    { at: 1_500, received: 5 },
    { at: 2_000, received: 10 },
    { at: 4_000, received: 20 },
    { at: 4_500, received: 25 },
  ];
  expect(ratesOf(seen, 1_000, 10)).toEqual([10, 5]);
});

test("what came at once counts with all that came", () => {
  expect(ratesOf([{ at: 1_000, received: 30 }], 0, 10)).toEqual([30]);
  expect(ratesOf([], 0, 10)).toEqual([]);
});
