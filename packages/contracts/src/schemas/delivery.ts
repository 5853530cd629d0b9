import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Lane } from "../lanes.ts";
import { AttachmentRef, MAX_ATTACHMENTS } from "./attachment.ts";
import { InlineRecipient, Name } from "./recipient.ts";
import { DeliveryIdentity } from "./sender-identity.ts";

/** Where the sandbox sends a delivery: to its `address` for all, or through the sandbox `accounts`. */
export const Redirected = z.enum(["address", "accounts"]);
export type Redirected = z.infer<typeof Redirected>;

/** What makes good an earlier delivery of the same notification. */
export const Correction = z.object({
  /** The delivery that is made good. */
  of: z.guid(),
  /** It shows nothing: the app takes away what it shows. */
  silent: z.boolean().optional(),
});
export type Correction = z.infer<typeof Correction>;

/** Value of a record on `pulse.deliveries.*`: one notification through one channel, all decisions made. */
export const DeliveryRecord = z.object({
  id: z.guid(),
  notificationId: z.guid(),
  eventId: z.string(),
  tenant: z.string(),
  channel: ChannelName,
  lane: Lane,
  category: z.string().nullable(),
  /** Policy of the category when a call's outcome is unknown. */
  onUnknown: z.enum(["at_least_once", "at_most_once"]),
  /** The category allows opting out: mails carry one-click unsubscribe headers. */
  optOut: z.boolean(),
  /** Goes through the sandbox accounts (the simulator), never to a real provider. */
  sandbox: z.boolean(),
  recipient: InlineRecipient,
  /** What the sender sends to; picked by the channel definition, not yet checked. */
  address: z.string(),
  /** Further devices of the recipient, which it is sent to as well. */
  moreAddresses: z.array(z.string()).max(100).optional(),
  /** Set when that is not where the recipient would be reached. */
  redirected: Redirected.optional(),
  /** Who the tenant said it is when this was decided; what is left out is the account's own. */
  identity: DeliveryIdentity.optional(),
  /** Rendered by the sender with `data` and `recipient`. */
  template: z.object({ name: Name, version: z.int() }).optional(),
  /** Channel content that needs no rendering. */
  content: z.record(z.string(), z.string()).optional(),
  data: z.record(z.string(), z.json()),
  /** Loaded by the sender. Only what the channel can carry. */
  attachments: z.array(AttachmentRef).max(MAX_ATTACHMENTS).optional(),
  /** The status callback this delivery is for; facts about it lead to no further callbacks. */
  callback: Name.optional(),
  /** The saga it belongs to, which may withdraw it alone. */
  saga: z.guid().optional(),
  /** Set when it makes good another: a cancel of the notification does not keep it from being sent, but leads to it. */
  correction: Correction.optional(),
  /** Accept time, ms since 1970. */
  acceptedAt: z.int(),
  /** Not sent after this time, ms since 1970. */
  expiresAt: z.int().optional(),
});
export type DeliveryRecord = z.infer<typeof DeliveryRecord>;
