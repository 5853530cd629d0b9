import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Lane } from "../lanes.ts";
import { AttachmentInput, AttachmentRef, MAX_ATTACHMENTS } from "./attachment.ts";
import { FlatContent } from "./content.ts";
import { InlineRecipient, Name } from "./recipient.ts";

/** Recipients one request may name. */
export const MAX_RECIPIENTS = 1_000;
/** Notifications or events one batch may hold. */
export const MAX_BATCH = 1_000;
/** Bytes of JSON `data` may take. */
export const MAX_DATA_BYTES = 64 * 1024;
/** How far ahead `sendAt` may lie, ms. */
export const MAX_SCHEDULE_MS = 366 * 86_400_000;

const one = z.union([Name, InlineRecipient]);
const time = z.iso.datetime({ offset: true });

/** Body of `POST /v1/notifications`, before the checks that need the clock or the catalog. */
export const NotificationRequest = z
  .strictObject({
    to: z.union([one, z.array(one).min(1).max(MAX_RECIPIENTS)]),
    channels: z.array(ChannelName).min(1).optional(),
    strategy: z.literal("all").optional(),
    template: Name.optional(),
    content: FlatContent.optional(),
    attachments: z.array(AttachmentInput).min(1).max(MAX_ATTACHMENTS).optional(),
    data: z.record(z.string(), z.json()).optional(),
    category: Name.optional(),
    lane: Lane.optional(),
    sendAt: time.optional(),
    expiresAt: time.optional(),
    metadata: z.record(z.string().max(128), z.string().max(1_024)).optional(),
  })
  .refine((body) => (body.template === undefined) !== (body.content === undefined), {
    message: "give either `template` or `content`",
    path: ["template"],
  });
export type NotificationRequest = z.infer<typeof NotificationRequest>;

/**
 * The value of an ad-hoc event: the request, its template pinned to the version live at accept time, its attachments
 * stored.
 */
export const AdhocEvent = z.object({
  to: z.array(one).min(1).max(MAX_RECIPIENTS),
  channels: z.array(ChannelName).optional(),
  template: z.object({ name: Name, version: z.int() }).optional(),
  content: FlatContent.optional(),
  attachments: z.array(AttachmentRef).max(MAX_ATTACHMENTS).optional(),
  data: z.record(z.string(), z.json()).default({}),
  category: Name.optional(),
  lane: Lane,
  sendAt: time.optional(),
  expiresAt: time.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type AdhocEvent = z.infer<typeof AdhocEvent>;
