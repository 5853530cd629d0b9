import { acceptedAtOf, ChannelName, NotificationStatus, verifyId } from "@pulsecourier/contracts";
import { z } from "zod";
import type { GatewayContext } from "../context.ts";
import { findEvents } from "../events/event-store.ts";
import { route } from "../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../resources/cursor.ts";
import { toView } from "./get-notification.ts";
import { listViews } from "./notification-store.ts";

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const Query = z.strictObject({
  status: NotificationStatus.optional(),
  channel: ChannelName.optional(),
  recipient: z.string().max(128).optional(),
  eventId: z.string().max(256).optional(),
  since: time.optional(),
  until: time.optional(),
  ...pageQuery,
});

const cursors = createCursors("notifications", z.strictObject({ before: z.guid() }));

/** `GET /v1/notifications`: newest first, without timelines. */
export const listNotifications = route({
  method: "get",
  path: "/v1/notifications",
  scope: "send",
  query: Query,
  handler: async ({ tenant, query }, context) => {
    const { cursor, limit, ...filter } = query;
    const before = cursors.decode(context.secrets.cursors, cursor)?.before;
    const acceptedAt =
      filter.eventId === undefined ? undefined : await acceptTimes(tenant, filter.eventId, context);
    if (acceptedAt?.length === 0) return { status: 200, body: { data: [], nextCursor: null } };
    const found = await listViews(context.db, tenant, {
      ...filter,
      acceptedAt,
      before,
      limit: limit + 1,
    });
    const cursorOf = ({ id }: { id: string }) =>
      cursors.encode(context.secrets.cursors, { before: id });
    const { rows, nextCursor } = pageOf(found, limit, cursorOf);
    return { status: 200, body: { data: rows.map(({ view }) => toView(view)), nextCursor } };
  },
});

/** When events of this id were accepted: an ad-hoc request's own id says so, for others the router knows. */
async function acceptTimes(
  tenant: string,
  eventId: string,
  { db, secrets }: GatewayContext,
): Promise<number[]> {
  if (verifyId(secrets.ids, tenant, eventId)) return [acceptedAtOf(eventId)];
  return (await findEvents(db, tenant, eventId)).map(({ acceptedAt }) => acceptedAt);
}
