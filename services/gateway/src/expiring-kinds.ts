import type { AttachmentStore } from "@pulsecourier/attachments";
import type { Db } from "@pulsecourier/db";
import type { DeleteBatch } from "@pulsecourier/runtime";
import { deleteExpiredAttachments } from "./attachments/delete-expired.ts";
import { deleteOldKeys } from "./idempotency/idempotency-store.ts";
import { deleteOldCancelJobs } from "./notifications/cancel-many/cancel-job-store.ts";
import { deleteOldInboundMessages } from "./receipts/inbound-message-store.ts";
import { deleteOldUnknownReceipts } from "./receipts/unknown-receipt-store.ts";
import { deleteOldStops } from "./resources/stops/stop-store.ts";

const FILES = 100;

/** What the gateway keeps for a time only: idempotency keys, receipts, heard messages, lifted stops, jobs, attachments. */
export function expiringKinds(stores: { db: Db; attachments: AttachmentStore }): DeleteBatch[] {
  const { db } = stores;
  return [
    (limit) => deleteOldKeys(db, limit),
    (limit) => deleteOldUnknownReceipts(db, limit),
    (limit) => deleteOldStops(db, limit),
    (limit) => deleteOldInboundMessages(db, limit),
    (limit) => deleteOldCancelJobs(db, limit),
    (limit) => deleteExpiredAttachments(stores, Math.min(limit, FILES)),
  ];
}
