import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";

test("returns the first truthy result", async () => {
  let calls = 0;
  const result = await eventually(() => (calls += 1) === 3 && "third", { intervalMs: 1 });
  expect(result).toBe("third");
  expect(calls).toBe(3);
});

test("takes a block of expectations that returns nothing", async () => {
  let calls = 0;
  await eventually(() => expect((calls += 1)).toBe(2), { intervalMs: 1 });
  expect(calls).toBe(2);
});

test("tells the last failure when time is up", async () => {
  const never = eventually(() => Promise.reject(new Error("no row yet")), { timeoutMs: 5 });
  await expect(never).rejects.toThrow("not within 5 ms: no row yet");
});
