import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Lane } from "../lanes.ts";
import { Redirected } from "./delivery.ts";
import { FactError } from "./lifecycle.ts";

/** Statuses of a notification, from first to last; the ends are `sent` (or further) and those after `read`. */
export const NOTIFICATION_STATUSES = [
  "accepted",
  "scheduled",
  "processing",
  "sent",
  "delivered",
  "read",
  "partial",
  "failed",
  "suppressed",
  "cancelled",
  "expired",
] as const;
export const NotificationStatus = z.enum(NOTIFICATION_STATUSES);
export type NotificationStatus = z.infer<typeof NotificationStatus>;

const OPEN: readonly NotificationStatus[] = ["accepted", "scheduled", "processing"];

/** True once nothing more will be sent; `sent` may still become `delivered` or `read`. */
export function hasEnded(status: NotificationStatus): boolean {
  return !OPEN.includes(status);
}

export const DELIVERY_STATUSES = [
  "pending",
  "retrying",
  "waiting",
  "unknown",
  "sent",
  "delivered",
  "read",
  "failed",
  "cancelled",
  "expired",
] as const;
export const DeliveryStatus = z.enum(DELIVERY_STATUSES);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

const time = z.iso.datetime();

/** One line of the timeline; every fact's own fields are kept. */
export const TimelineEntry = z.looseObject({ at: time, type: z.string() });

export const DeliveryView = z.object({
  id: z.guid(),
  channel: ChannelName,
  status: DeliveryStatus,
  provider: z.string().optional(),
  attempts: z.int(),
  error: FactError.optional(),
  providerMessageId: z.string().optional(),
  sentAt: time.optional(),
  deliveredAt: time.optional(),
  /** Set when the sandbox sent it elsewhere than to the recipient. */
  redirected: Redirected.optional(),
  /** It was sent, and taken back since. */
  retractedAt: time.optional(),
  /** The delivery it makes good. */
  corrects: z.guid().optional(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

/** Answer of `GET /v1/notifications/{id}`; lists leave out the timeline. */
export const NotificationView = z.object({
  id: z.guid(),
  eventId: z.string(),
  status: NotificationStatus,
  /** Why it was suppressed or failed before any delivery. */
  error: FactError.optional(),
  recipient: z.string().optional(),
  category: z.string().nullable().optional(),
  lane: Lane.optional(),
  template: z.object({ name: z.string(), version: z.int() }).optional(),
  rule: z.object({ name: z.string(), version: z.int() }).optional(),
  workflow: z.object({ name: z.string(), version: z.int() }).optional(),
  /** The saga that carries it out: `GET /v1/sagas/{id}`. */
  saga: z.guid().optional(),
  /** The notification that went out for this one, too: it was collected in a digest. */
  carriedBy: z.guid().optional(),
  sandbox: z.boolean().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  createdAt: time,
  updatedAt: time,
  sendAt: time.optional(),
  expiresAt: time.optional(),
  /** What waits for the end of the recipient's quiet hours. */
  held: z.object({ channels: z.array(ChannelName), until: time, reason: z.string() }).optional(),
  deliveries: z.array(DeliveryView),
  timeline: z.array(TimelineEntry).optional(),
});
export type NotificationView = z.infer<typeof NotificationView>;
