import { attachmentRoutes } from "./attachments/attachment-routes.ts";
import { apiKeyRoutes } from "./api-keys/api-key-routes.ts";
import { getEvent } from "./events/get-event.ts";
import { postEvent } from "./events/post-event.ts";
import { fanoutRoutes } from "./fanouts/fanout-routes.ts";
import type { Route } from "./http/route.ts";
import { cancelNotification } from "./notifications/cancel-notification.ts";
import { cancelManyRoutes } from "./notifications/cancel-many/cancel-many.ts";
import { getNotification } from "./notifications/get-notification.ts";
import { listNotifications } from "./notifications/list-notifications.ts";
import { postNotificationBatch } from "./notifications/post-notification-batch.ts";
import { postNotification } from "./notifications/post-notification.ts";
import { rescheduleNotification } from "./notifications/reschedule-notification.ts";
import { getAccountWebhook, getProviderWebhook } from "./receipts/get-provider-webhook.ts";
import { postAccountWebhook, postProviderWebhook } from "./receipts/post-provider-webhook.ts";
import { getSaga } from "./sagas/get-saga.ts";
import { resourceRoutes } from "./resources/index.ts";

/** Every route; a fixed path stands before one with a parameter in its place. */
export const routes: Route[] = [
  postEvent,
  getEvent,
  postNotification,
  listNotifications,
  postNotificationBatch,
  ...cancelManyRoutes,
  getNotification,
  rescheduleNotification,
  cancelNotification,
  getSaga,
  ...fanoutRoutes,
  postProviderWebhook,
  postAccountWebhook,
  getProviderWebhook,
  getAccountWebhook,
  ...attachmentRoutes,
  ...apiKeyRoutes,
  ...resourceRoutes,
];
