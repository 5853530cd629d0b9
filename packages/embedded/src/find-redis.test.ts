import { expect, test } from "vitest";
import { isNewEnough } from "./find-redis.ts";

test.each([
  ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", true],
  ["Redis server v=6.2.0 sha=00000000:0", true],
  ["Redis server v=6.0.16 sha=00000000:0", false],
  ["Redis server v=10.1.0 sha=00000000:0", true],
  ["not a version", false],
])("%s: %s", (text, enough) => {
  expect(isNewEnough(text)).toBe(enough);
});
