import type { BudgetInput } from "./schemas/budget.ts";
import { durationMs } from "./schemas/duration.ts";

/** From when (ms since 1970, UTC) to when what is used of a budget counts together; without a window for good. */
export type BudgetPeriod = { startsAt: number; endsAt: number | null };

/** The period of a budget's window that `now` is in. */
export function budgetPeriod(window: BudgetInput["window"], now: number): BudgetPeriod {
  if (window === undefined) return { startsAt: 0, endsAt: null };
  if (window === "month") {
    const at = new Date(now);
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
    return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
  }
  const length = durationMs(window);
  const startsAt = Math.floor(now / length) * length;
  return { startsAt, endsAt: startsAt + length };
}
