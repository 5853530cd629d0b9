import type { Logger } from "@pulsecourier/kafka";
import { repeat } from "@pulsecourier/runtime";
import { BATCH, type Fired } from "./fire-due.ts";

/** A timer set for sooner than the one waited for is noticed after this long. */
const MAX_WAIT_MS = 1_000;
/** What is due and not ours is in another instance's hands; asking again at once would only load the database. */
const MIN_WAIT_MS = 20;

export type PollOptions = {
  fireDue: () => Promise<Fired>;
  msUntilNext: () => Promise<number | null>;
  onFired: (fired: Fired) => void;
  /** How long the longest due timer has been so, in seconds. */
  onLag: (seconds: number) => void;
  logger: Logger;
};

/** Fires timers when they are due until closed; failures are logged and tried again. */
export function pollTimers(options: PollOptions): { close(): Promise<void> } {
  return repeat(() => poll(options));
}

/** One round; gives how long to wait for the next. */
async function poll({ fireDue, msUntilNext, ...report }: PollOptions): Promise<number> {
  try {
    const fired = await fireDue();
    report.onFired(fired);
    if (fired.fired === BATCH) return 0;
    const next = (await msUntilNext()) ?? MAX_WAIT_MS;
    report.onLag(Math.max(0, -next) / 1_000);
    return Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.ceil(next)));
  } catch (err) {
    report.logger.warn({ err }, "timers could not be fired; trying again");
    return MAX_WAIT_MS;
  }
}
