import { expect, test } from "vitest";
import { createServeLoop } from "./serve-loop.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is touched in one turn is served once, in batches; what is touched while it is served, again", async () => {
  const batches: string[][] = [];
  const held = Promise.withResolvers<void>();
  const serve = async (keys: readonly string[]) => {
    batches.push([...keys]);
    await held.promise;
  };
  const loop = createServeLoop({ max: 2, serve, onError: (error) => expect.fail(String(error)) });
  for (const key of ["a", "b", "a", "c"]) loop.touch(key);
  await turn();
  expect(batches).toEqual([["a", "b"]]);
  for (const key of ["a", "c"]) loop.touch(key);
  held.resolve();
  await turn();
  expect(batches).toEqual([
    ["a", "b"],
    ["c", "a"],
  ]);
});

test("a failure is told once, drops what waits, and the next touch starts again", async () => {
  const errors: unknown[] = [];
  const served: string[] = [];
  const serve = async (keys: readonly string[]) => {
    if (errors.length === 0) throw new Error("away");
    served.push(...keys);
  };
  const loop = createServeLoop({ max: 1, serve, onError: (error) => errors.push(error) });
  for (const key of ["a", "b", "c"]) loop.touch(key);
  await turn();
  expect(errors).toEqual([new Error("away")]);
  expect(served).toEqual([]);
  loop.touch("d");
  await turn();
  expect(served).toEqual(["d"]);
});
