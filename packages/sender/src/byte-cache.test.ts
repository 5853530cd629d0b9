import { expect, test } from "vitest";
import { createByteCache } from "./byte-cache.ts";

test("holds what was used last, up to its bytes", () => {
  const cache = createByteCache(10);
  cache.set("a", Buffer.alloc(4));
  cache.set("b", Buffer.alloc(4));
  cache.get("a");
  cache.set("c", Buffer.alloc(4));
  expect(["a", "b", "c"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
});

test("the same again takes no more room, and what is too large takes none", () => {
  const cache = createByteCache(10);
  for (let time = 0; time < 5; time += 1) cache.set("a", Buffer.alloc(4));
  cache.set("b", Buffer.alloc(6));
  expect(cache.get("a")).toBeDefined();
  cache.set("large", Buffer.alloc(11));
  expect(cache.get("large")).toBeUndefined();
  cache.set("c", Buffer.alloc(10));
  expect(cache.get("c")).toBeDefined();
});
