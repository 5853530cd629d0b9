import { expect } from "vitest";
import type { DigestPlayed } from "./test-digest-world.ts";

/**
 * What holds of digests whatever happened: all have ended, each item went out in one digest and was counted once, what
 * was cancelled before its digest closed in none; and the others say which notification carries them.
 */
export function keepsPromise({ fates, closed, isEmpty }: DigestPlayed): void {
  expect(fates.map(({ state }) => state.end)).not.toContain(null);
  expect(isEmpty).toBe(true);
  expect(new Set(closed.map(({ carrier }) => carrier)).size).toBe(closed.length);
  for (const { count, items } of closed) expect(count).toBe(items.length);
  for (const [n, fate] of fates.entries()) {
    const { notificationId, wasCancelled, isCancelledBefore, state } = fate;
    const within = closed.filter(({ items }) => items.includes(n));
    expect(within.length).toBeLessThanOrEqual(1);
    const [digest] = within;
    if (digest === undefined) {
      // It was withdrawn.
      expect(wasCancelled).toBe(true);
      expect(state.end).toMatchObject({ outcome: "cancelled" });
      continue;
    }
    expect(isCancelledBefore(digest)).toBe(false);
    if (digest.carrier === notificationId) {
      // It can be cancelled as any other, with all it carries.
      expect(state.end?.outcome).toBe(wasCancelled ? state.end?.outcome : "completed");
      expect(state.digest?.count).toBe(digest.count);
      continue;
    }
    expect(state.end).toMatchObject({ outcome: "suppressed", carriedBy: digest.carrier });
  }
}
