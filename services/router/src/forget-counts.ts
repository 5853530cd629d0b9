import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { deleteOldCounts } from "./stores/frequency-store.ts";

const EVERY_MS = 60_000;
const BATCH = 1_000;

/** Deletes what no frequency cap counts any more, once a minute, a few at a time. */
export function forgetCounts({ db, logger }: { db: Db; logger: Logger }) {
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  async function forget(): Promise<void> {
    try {
      while (!closed && (await deleteOldCounts(db, BATCH)) === BATCH);
    } catch (err) {
      logger.warn({ err }, "old counts were not deleted; trying again in a minute");
    }
  }
  const timer = setInterval(() => {
    running = running.then(forget);
  }, EVERY_MS);

  return {
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
