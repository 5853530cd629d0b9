import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs rounds one after another until closed, the first after `firstAfterMs`; each says how many ms to wait before the
 * next, and must not reject. A round of many steps looks at `signal` between them. Waiting keeps no process alive.
 */
export function repeat(
  round: (signal: AbortSignal) => Promise<number>,
  firstAfterMs = 0,
): { close(): Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  async function run(): Promise<void> {
    let waitMs = firstAfterMs;
    while (!signal.aborted) {
      if (waitMs > 0) await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) waitMs = await round(signal);
    }
  }
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
