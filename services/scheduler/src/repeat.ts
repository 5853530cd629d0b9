import { setTimeout as sleep } from "node:timers/promises";

/** Runs rounds one after another until closed; each says how many ms to wait before the next, and must not reject. */
export function repeat(round: () => Promise<number>): { close(): Promise<void> } {
  const stop = new AbortController();
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const waitMs = await round();
      if (waitMs > 0)
        await sleep(waitMs, undefined, { signal: stop.signal }).catch(() => undefined);
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
