import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import { deleteExpiredAttachments } from "./attachments/delete-expired.ts";
import { deleteOldKeys } from "./idempotency/idempotency-store.ts";
import { deleteOldCancelJobs } from "./notifications/cancel-many/cancel-job-store.ts";
import { deleteOldInboundMessages } from "./receipts/inbound-message-store.ts";
import { deleteOldUnknownReceipts } from "./receipts/unknown-receipt-store.ts";
import { deleteOldStops } from "./resources/stops/stop-store.ts";

const EVERY_MS = 60_000;
const BATCH = 1_000;
const FILES = 100;

type CleanUpOptions = { db: Db; attachments: AttachmentStore; logger: Logger };

/** Deletes what is past its retention: idempotency keys, receipts, heard messages, lifted stops, attachments; a few at a time. */
export function createCleanUp({ db, attachments, logger }: CleanUpOptions) {
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  async function cleanUp(): Promise<void> {
    try {
      while (!closed && (await deleteOldKeys(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldUnknownReceipts(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldStops(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldInboundMessages(db, BATCH)) === BATCH);
      while (!closed && (await deleteOldCancelJobs(db, BATCH)) === BATCH);
      const stores = { db, attachments };
      while (!closed && (await deleteExpiredAttachments(stores, FILES)) === FILES);
    } catch (err) {
      logger.warn({ err }, "what is past its retention was not deleted; trying again in a minute");
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
