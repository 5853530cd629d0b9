import { apiKeyRoutes } from "./api-keys/api-key-routes.ts";
import { postEvent } from "./events/post-event.ts";
import type { Route } from "./http/route.ts";
import { postNotificationBatch } from "./notifications/post-notification-batch.ts";
import { postNotification } from "./notifications/post-notification.ts";
import { resourceRoutes } from "./resources/index.ts";

/** Every route; a fixed path stands before one with a parameter in its place. */
export const routes: Route[] = [
  postEvent,
  postNotification,
  postNotificationBatch,
  ...apiKeyRoutes,
  ...resourceRoutes,
];
