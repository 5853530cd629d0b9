import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/kafka";
import { repeat } from "@pulsecourier/runtime";
import type { Fired } from "./fire-due.ts";
import { type HeldGroup, readReleased } from "./held-timers-store.ts";

/** How soon the end of a stop is noticed, ms. */
const EVERY_MS = 1_000;
/** Time from one batch of a topic to the next, ms: about 1,000 deliveries a second. */
const PACE_MS = 250;

/**
 * Lets go what waited for a stop that no longer stands, until closed: at a pace at which others on the same topics come
 * through, and apart from timers that are due.
 */
export function releaseHeld(o: {
  db: Db;
  fireReleased: (group: HeldGroup) => Promise<Fired>;
  onFired: (fired: Fired) => void;
  logger: Logger;
}): { close(): Promise<void> } {
  return repeat(async () => {
    try {
      const groups = await readReleased(o.db);
      for (const group of groups) o.onFired(await o.fireReleased(group));
      return groups.length > 0 ? PACE_MS : EVERY_MS;
    } catch (err) {
      o.logger.warn({ err }, "what was stopped could not be let go; trying again");
      return EVERY_MS;
    }
  });
}
