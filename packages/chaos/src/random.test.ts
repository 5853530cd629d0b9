import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

const draws = (seed: string) => {
  const random = createRandom(seed);
  return Array.from({ length: 50 }, () => [
    random.next(),
    random.whole(3, 9),
    random.pick(["a", "b"]),
  ]);
};

test("the same seed gives the same numbers, another seed others", () => {
  expect(draws("kill-router-7")).toEqual(draws("kill-router-7"));
  expect(draws("kill-router-7")).not.toEqual(draws("kill-router-8"));
});

test("whole numbers keep to their bounds, and reach both", () => {
  const random = createRandom("bounds");
  const drawn = new Set(Array.from({ length: 500 }, () => random.whole(3, 6)));
  expect(drawn).toEqual(new Set([3, 4, 5, 6]));
});
