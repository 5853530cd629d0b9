import type { ProviderOutcome } from "./provider.ts";

/** Guards one account: closed, open for a while, then one call at a time until one is answered. */
export type Breaker = {
  /** 0 while open, 1 while being tried again, otherwise no limit. */
  capacity(): number;
  /** Takes the right to one call; every true must be followed by `record` or `release`. */
  acquire(): boolean;
  /** A call that was not made after all. */
  release(): void;
  record(outcome: ProviderOutcome): void;
  /** `now()` time at which an open breaker lets a call through again. */
  opensAgainAt(): number;
};

const FAILURES_IN_A_ROW = 10;
const FIRST_OPEN_MS = 5_000;
const FIRST_OPEN_MISCONFIGURED_MS = 30_000;
const LONGEST_OPEN_MS = 120_000;

/** `now` in ms, any origin. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  let failures = 0;
  let openings = 0;
  let openUntil = 0;
  let trying = false;

  function open(ms: number): void {
    openUntil = Math.max(openUntil, now() + ms);
  }
  function trip(firstMs: number): void {
    // Failures of calls that were under way when it opened say nothing new.
    if (now() < openUntil) return;
    open(Math.min(firstMs * 2 ** openings, LONGEST_OPEN_MS));
    openings += 1;
  }
  function capacity(): number {
    if (now() < openUntil) return 0;
    if (openings === 0) return Number.POSITIVE_INFINITY;
    return trying ? 0 : 1;
  }

  return {
    capacity,
    acquire() {
      if (capacity() === 0) return false;
      trying = openings > 0;
      return true;
    },
    release() {
      trying = false;
    },
    record(outcome) {
      trying = false;
      switch (outcome.kind) {
        case "sent":
        case "permanent":
        case "recipient_gone":
          failures = 0;
          openings = 0;
          return;
        case "transient":
        case "ambiguous":
          failures += 1;
          if (openings > 0 || failures >= FAILURES_IN_A_ROW) trip(FIRST_OPEN_MS);
          return;
        case "config":
          trip(FIRST_OPEN_MISCONFIGURED_MS);
          return;
        case "rate_limited":
          if (outcome.retryAfterMs !== undefined)
            open(Math.min(outcome.retryAfterMs, LONGEST_OPEN_MS));
          return;
      }
    },
    opensAgainAt: () => openUntil,
  };
}
