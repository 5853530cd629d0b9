import { z } from "zod";
import { ChannelName } from "../../channels/index.ts";
import { MAX_BATCH, NotificationRequest } from "../../schemas/notification-request.ts";
import { Reschedule } from "../../schemas/reschedule.ts";
import { NotificationStatus, NotificationView } from "../../schemas/notification-view.ts";
import {
  AcceptedBatch,
  AcceptedNotification,
  CancelAnswer,
  NotificationPage,
  PageQuery,
  RescheduleAnswer,
} from "../answers.ts";
import type { Operation } from "../operation.ts";

const id = "019b3c1e-7a40-4d2f-9c11-6f0a52be7d31";
const eventId = "019b3c1e-7a40-8f1b-a3d2-40c7e1907a55";
const receipt = { topic: "pulse.events.normal.v1", partition: 3, offset: "1042" };
const time = z.iso.datetime({ offset: true });

const request = {
  to: "customer-2",
  channels: ["email", "inapp"],
  template: "order-shipped",
  data: { orderNo: "A-17", carrier: "Parcel Post" },
  category: "orders",
  metadata: { source: "shop" },
};

export const notificationOperations: Operation[] = [
  {
    id: "sendNotification",
    method: "post",
    path: "/v1/notifications",
    tag: "Notifications",
    summary: "Notify one or many recipients",
    description:
      "Give a `template` with `data`, or flat `content` from which each channel takes what it needs. 202 means " +
      "acknowledged by all in-sync replicas; 503 means not known to be written: repeat it under the same " +
      "Idempotency-Key and nothing doubles. `attachments` name stored files, or hold files of 512 KiB together in base64. An " +
      "audience in `to` stands for all its members, who are notified page by page on the lane `bulk`; on `critical` " +
      "only where it has at most 1,000 members.",
    scope: "send",
    idempotent: true,
    body: { schema: NotificationRequest, example: request },
    answers: {
      202: {
        description: "Accepted",
        schema: AcceptedNotification,
        example: {
          id,
          eventId,
          status: "accepted",
          receipt,
          notifications: [{ id, to: "customer-2" }],
        },
      },
    },
    errors: [
      "unknown_template",
      "unknown_workflow",
      "unknown_audience",
      "unknown_channel",
      "content_unusable",
      "unknown_attachment",
      "attachments_unusable",
    ],
  },
  {
    id: "sendNotifications",
    method: "post",
    path: "/v1/notifications/batch",
    tag: "Notifications",
    summary: "Send a batch of requests",
    description:
      "Each of at most 1,000 requests stands or falls alone; results are in the order of the requests.",
    scope: "send",
    idempotent: true,
    body: {
      schema: z.strictObject({ notifications: z.array(NotificationRequest).min(1).max(MAX_BATCH) }),
      example: { notifications: [request] },
    },
    answers: {
      202: {
        description: "One result per request",
        schema: AcceptedBatch,
        example: { results: [{ id, eventId, receipt }] },
      },
    },
  },
  {
    id: "listNotifications",
    method: "get",
    path: "/v1/notifications",
    tag: "Notifications",
    summary: "List notifications, newest first",
    scope: "send",
    query: PageQuery.extend({
      status: NotificationStatus.optional(),
      channel: ChannelName.optional(),
      recipient: z.string().max(128).optional(),
      eventId: z.string().max(256).optional(),
      since: time.optional(),
      until: time.optional(),
    }),
    answers: { 200: { description: "A page, without timelines", schema: NotificationPage } },
  },
  {
    id: "getNotification",
    method: "get",
    path: "/v1/notifications/{id}",
    tag: "Notifications",
    summary: "Status, deliveries and timeline",
    description: "Never 404 for an id given out, however long the backlog.",
    scope: "send",
    answers: {
      200: {
        description: "The notification",
        schema: NotificationView,
        example: {
          id,
          eventId,
          status: "sent",
          recipient: "customer-2",
          category: "orders",
          lane: "normal",
          template: { name: "order-shipped", version: 3 },
          createdAt: "2026-05-04T09:30:00.000Z",
          updatedAt: "2026-05-04T09:30:00.412Z",
          deliveries: [
            {
              id: "019b3c1e-7a40-77aa-8b1d-92f3c0de51b8",
              channel: "email",
              status: "sent",
              provider: "sendgrid",
              attempts: 1,
              sentAt: "2026-05-04T09:30:00.398Z",
            },
          ],
          timeline: [{ at: "2026-05-04T09:30:00.398Z", type: "delivery.sent", channel: "email" }],
        },
      },
    },
    errors: ["not_found"],
  },
  {
    id: "rescheduleNotification",
    method: "patch",
    path: "/v1/notifications/{id}",
    tag: "Notifications",
    summary: "Give a notification that waits another time",
    description:
      "Moves this one notification, not others of the same request. 200 means that it is not sent at the time it had; " +
      "409 that it is being sent or did not wait. 503 when it was accepted a moment ago and not routed yet: repeat it.",
    scope: "send",
    body: { schema: Reschedule, example: { sendAt: "2026-05-05T09:00:00Z" } },
    answers: {
      200: {
        description: "It waits for the new time",
        schema: RescheduleAnswer,
        example: { id, status: "scheduled", sendAt: "2026-05-05T09:00:00.000Z" },
      },
    },
    errors: ["not_found", "reschedule_too_late"],
  },
  {
    id: "cancelNotification",
    method: "post",
    path: "/v1/notifications/{id}/cancel",
    tag: "Notifications",
    summary: "Cancel what was not sent yet",
    description: "An acknowledged cancel prevents every provider call that had not begun.",
    scope: "send",
    answers: {
      200: {
        description: "What will not be sent, and what was already",
        schema: CancelAnswer,
        example: {
          id,
          status: "cancelled",
          cancelled: [{ deliveryId: "019b3c1e-7a40-77aa-8b1d-92f3c0de51b8", channel: "email" }],
          alreadySent: [],
        },
      },
    },
    errors: ["not_found", "cancel_too_late"],
  },
];
