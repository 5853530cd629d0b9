import { expect, test } from "vitest";
import { budgetPeriod } from "./budget-period.ts";

test.for([
  ["P1D", "2026-02-28T23:59:59.999Z", "2026-02-28T00:00:00.000Z", "2026-03-01T00:00:00.000Z"],
  ["PT1H", "2026-02-28T23:00:00Z", "2026-02-28T23:00:00.000Z", "2026-03-01T00:00:00.000Z"],
  ["month", "2026-02-28T23:59:59.999Z", "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"],
  ["month", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
] as const)("a window of %s at %s", ([window, at, from, until]) => {
  const { startsAt, endsAt } = budgetPeriod(window, Date.parse(at));
  expect(new Date(startsAt).toISOString()).toBe(from);
  expect(new Date(endsAt ?? 0).toISOString()).toBe(until);
});

test("without a window there is one period for good", () => {
  expect(budgetPeriod(undefined, Date.now())).toEqual({ startsAt: 0, endsAt: null });
});
