import { expect, test } from "vitest";
import { createBulkBudget } from "./bulk-budget.ts";

test("each tenant has its own budget, whole again after a minute", () => {
  let now = 0;
  const budget = createBulkBudget({ perMinute: 2, now: () => now });
  const takes = (tenant: string, times: number) =>
    Array.from({ length: times }, () => budget.take(tenant));
  expect(takes("a", 3)).toEqual([true, true, false]);
  expect(takes("b", 1)).toEqual([true]);
  now = 59_999;
  expect(takes("a", 1)).toEqual([false]);
  now = 60_000;
  expect(takes("a", 3)).toEqual([true, true, false]);
});
