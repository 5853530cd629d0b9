import type { Progress } from "./simulator-arrivals.ts";

/** Arrivals per second of each `size` notifications after another, from what was seen of them; a rest is left out. */
export function ratesOf(seen: readonly Progress[], startedAt: number, size: number): number[] {
  const rates: number[] = [];
  let from: Progress = { at: startedAt, received: 0 };
  for (const progress of seen) {
    const received = progress.received - from.received;
    if (received < size) continue;
    rates.push((received * 1_000) / Math.max(1, progress.at - from.at));
    from = progress;
  }
  return rates;
}
