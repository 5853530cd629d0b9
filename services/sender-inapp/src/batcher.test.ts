import { expect, test } from "vitest";
import { createBatcher } from "./batcher.ts";

test("calls of one turn travel together, in order, at most max at a time", async () => {
  const batches: (readonly number[])[] = [];
  const add = createBatcher<number>(3, async (items) => batches.push(items));
  await Promise.all([1, 2, 3, 4].map(add));
  await add(5);
  expect(batches).toEqual([[1, 2, 3], [4], [5]]);
});

test("an error reaches the calls of its batch and no other", async () => {
  const add = createBatcher<number>(2, async (items) => {
    if (items.includes(1)) throw new Error("refused");
  });
  const results = await Promise.allSettled([1, 2, 3].map(add));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});
