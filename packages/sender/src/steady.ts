import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@pulsecourier/observability";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const DEADLOCK = "40P01";

/** Runs something until it succeeds; rejects only when the sender is stopped meanwhile. */
export type Steady = <T>(what: string, run: () => Promise<T>) => Promise<T>;

/**
 * Waits out what everything depends on: while Postgres or Kafka is away nothing is finished, so nothing new is
 * taken either. One log line when it goes and one when it is back.
 */
export function createSteady(o: { logger: Logger; stopped: AbortSignal }): Steady {
  return async (what, run) => {
    for (let failures = 0; ; failures += 1) {
      try {
        const result = await run();
        if (failures > 1) o.logger.info({ what }, "works again");
        return result;
      } catch (err) {
        o.stopped.throwIfAborted();
        if (failures === 1) o.logger.error({ what, err }, "failed; repeating until it works");
        if (codeOf(err) === DEADLOCK) continue;
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
        await sleep(pause, undefined, { signal: o.stopped });
      }
    }
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
