import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { deleteOldKeys } from "./idempotency/idempotency-store.ts";
import { deleteOldInboundMessages } from "./receipts/inbound-message-store.ts";
import { deleteOldUnknownReceipts } from "./receipts/unknown-receipt-store.ts";

const EVERY_MS = 60_000;
const BATCH = 1_000;

/** Deletes idempotency keys, unknown receipts and heard messages past their retention, a small batch at a time. */
export function createCleanUp({ db, logger }: { db: Db; logger: Logger }) {
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  async function cleanUp(): Promise<void> {
    try {
      while (!closed && (await deleteOldKeys(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldUnknownReceipts(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldInboundMessages(db, BATCH)) === BATCH);
    } catch (err) {
      logger.warn({ err }, "old rows were not deleted; trying again in a minute");
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
