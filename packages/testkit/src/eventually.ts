import { setTimeout as delay } from "node:timers/promises";

/**
 * Calls `fn` until it returns something truthy (or nothing at all, as a block of `expect`s does)
 * without throwing, and returns that. After `timeoutMs` (default 10 s) it throws with the last
 * failure as its message and cause.
 */
export async function eventually<T>(
  fn: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(fn);
    if ("value" in outcome) return outcome.value;
    if (Date.now() >= deadline) {
      const { failure } = outcome;
      const reason = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`not within ${timeoutMs} ms: ${reason}`, { cause: failure });
    }
    await delay(intervalMs);
  }
}

async function attempt<T>(fn: () => T | Promise<T>): Promise<{ value: T } | { failure: unknown }> {
  try {
    const value = await fn();
    return value || value === undefined
      ? { value }
      : { failure: `the result was ${String(value)}` };
  } catch (failure) {
    return { failure };
  }
}
