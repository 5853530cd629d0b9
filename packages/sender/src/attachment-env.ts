import { attachmentStoreEnv } from "@pulsecourier/attachments";
import { integer } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Variables of senders whose channel carries attachments. */
export const attachmentEnv = attachmentStoreEnv.extend({
  ATTACHMENT_MEMORY_MIB: integer({ min: 1, max: 4_096, unit: "MiB" })
    .default(32)
    .describe("Attachments that calls may hold at once; as much again is kept of those last read"),
});
export type AttachmentConfig = z.output<typeof attachmentEnv>;
