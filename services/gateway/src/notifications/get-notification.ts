import {
  acceptedAtOf,
  type IdSecret,
  NotificationView,
  PulseError,
  TimelineEntry,
  verifyId,
} from "@pulsecourier/contracts";
import { z } from "zod";
import { route } from "../http/route.ts";
import { CLOCK_SKEW_MS } from "./clock-skew.ts";
import { readNotification } from "./notification-store.ts";

const Fact = z.looseObject({
  ...TimelineEntry.shape,
  tenant: z.unknown(),
  notificationId: z.unknown(),
});

/** `GET /v1/notifications/{id}`: status, deliveries and timeline; `accepted` until its first fact is tracked. */
export const getNotification = route({
  method: "get",
  path: "/v1/notifications/:id",
  scope: "send",
  handler: async ({ tenant, params: { id } }, { db, secrets }) => {
    requireOwnId(secrets.ids, tenant, id);
    const { view, timeline } = await readNotification(db, tenant, id);
    const notification = view === null ? untracked(id) : toView(view);
    return { status: 200, body: { ...notification, timeline: timeline.map(toEntry) } };
  },
});

/** `not_found` unless the id was given out to this tenant; by a gateway whose clock is ahead of ours, too. */
export function requireOwnId(secret: IdSecret, tenant: string, id: string): void {
  const known = verifyId(secret, tenant, id) && acceptedAtOf(id) <= Date.now() + CLOCK_SKEW_MS;
  if (!known) throw new PulseError("not_found");
}

/** The view without the tracker's own fields. */
export function toView(text: string): NotificationView {
  return NotificationView.parse(JSON.parse(text));
}

/** What is known of a notification from its id alone. */
function untracked(id: string): NotificationView {
  const at = new Date(acceptedAtOf(id)).toISOString();
  return { id, eventId: "", status: "accepted", createdAt: at, updatedAt: at, deliveries: [] };
}

function toEntry(text: string) {
  const { tenant: _, notificationId: __, ...entry } = Fact.parse(JSON.parse(text));
  return entry;
}
