import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { deleteOldBudgets, deleteOldThrottles } from "./stores/delete-expired.ts";

const EVERY_MS = 60_000;
const BATCH = 1_000;

/** Deletes counts that no saga can be told of any more, a few at a time. */
export function createCleanUp({ db, logger }: { db: Db; logger: Logger }) {
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  async function cleanUp(): Promise<void> {
    try {
      while (!closed && (await deleteOldThrottles(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldBudgets(db, BATCH)) === BATCH);
    } catch (err) {
      logger.warn({ err }, "counts that are over were not deleted; trying again in a minute");
    }
  }
  const timer = setInterval(() => {
    running = running.then(cleanUp);
  }, EVERY_MS);

  return {
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
