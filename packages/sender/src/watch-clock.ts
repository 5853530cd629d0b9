import { type Db, readAhead } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { repeat } from "@pulsecourier/runtime";

/** How soon a sender notices that a developer travels in time, ms. */
const EVERY_MS = 1_000;

export type PlatformClock = {
  /** How far it is ahead of the machine's, ms; 0 unless somebody travels in time. */
  aheadMs(): number;
  /** Called whenever that has changed. */
  onTravel(listener: () => void): void;
  close(): Promise<void>;
};

/** Follows the platform's clock, from before this resolves; rejects when it cannot be read. */
export async function watchClock({
  db,
  logger,
}: {
  db: Db;
  logger: Logger;
}): Promise<PlatformClock> {
  let ahead = await readAhead(db);
  let tell = (): void => undefined;
  const { close } = repeat(async () => {
    try {
      const before = ahead;
      ahead = await readAhead(db);
      if (ahead !== before) tell();
    } catch (err) {
      logger.debug({ err }, "the platform's clock cannot be read; it is taken to go on");
    }
    return EVERY_MS;
  }, EVERY_MS);
  return {
    aheadMs: () => ahead,
    onTravel: (listener) => {
      tell = listener;
    },
    close,
  };
}
