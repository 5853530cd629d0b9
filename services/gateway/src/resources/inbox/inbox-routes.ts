import {
  factRecord,
  type InboxItem,
  type InboxPage,
  PulseError,
  readFact,
} from "@pulsecourier/contracts";
import {
  archiveItem,
  headsOf,
  type InboxOwner,
  type InboxRow,
  listItems,
  markAllRead,
  markRead,
  type ToOutbox,
  unread,
} from "@pulsecourier/db";
import { z } from "zod";
import type { GatewayContext } from "../../context.ts";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";

const flag = z.enum(["true", "false"]).default("false");
const cursors = createCursors("inbox", z.int());

const list = route({
  method: "get",
  path: "/v1/inbox",
  scope: "inbox",
  query: z.strictObject({ ...pageQuery, unread: flag, archived: flag }),
  handler: async ({ tenant, recipient, query }, { db, secrets }) => {
    const before = cursors.decode(secrets.cursors, query.cursor);
    const rows = await listItems(db, {
      tenant,
      recipient,
      limit: query.limit + 1,
      unreadOnly: query.unread === "true",
      includeArchived: query.archived === "true",
      ...(before === null ? {} : { before }),
    });
    const page = pageOf(rows, query.limit, (last) => cursors.encode(secrets.cursors, last.seq));
    const body: InboxPage = {
      data: page.rows.map(toItem),
      unread: await unread(db, { tenant, recipient }),
      nextCursor: page.nextCursor,
    };
    return { status: 200, body };
  },
});

const read = route({
  method: "post",
  path: "/v1/inbox/:id/read",
  scope: "inbox",
  handler: async ({ tenant, recipient, params }, context) => {
    const owner = { tenant, recipient };
    const marked = await markRead(
      context.db,
      { ...owner, id: itemId(params.id) },
      factOf(context, tenant),
    );
    if (marked === null) throw new PulseError("not_found");
    if (marked.changed) await tellOthers(context, owner);
    return { status: 200, body: { unread: marked.unread } };
  },
});

const readAll = route({
  method: "post",
  path: "/v1/inbox/read-all",
  scope: "inbox",
  handler: async ({ tenant, recipient }, context) => {
    const owner = { tenant, recipient };
    const count = await markAllRead(context.db, owner, factOf(context, tenant));
    if (count > 0) await tellOthers(context, owner);
    return { status: 200, body: { read: count, unread: await unread(context.db, owner) } };
  },
});

const archive = route({
  method: "post",
  path: "/v1/inbox/:id/archive",
  scope: "inbox",
  handler: async ({ tenant, recipient, params }, context) => {
    const owner = { tenant, recipient };
    const archived = await archiveItem(context.db, { ...owner, id: itemId(params.id) });
    if (archived === null) throw new PulseError("not_found");
    if (archived.changed) await tellOthers(context, owner);
    return { status: 200, body: { unread: archived.unread } };
  },
});

function toItem({ id, title, body, data, createdAt, readAt }: InboxRow): InboxItem {
  return {
    id,
    title,
    ...(body !== null && { body }),
    // Written as JSON by the in-app sender.
    data: data as InboxItem["data"],
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
}

function itemId(value: string): string {
  const id = z.guid().safeParse(value);
  if (!id.success) throw new PulseError("not_found");
  return id.data.toLowerCase();
}

function factOf({ secrets, names }: GatewayContext, tenant: string): ToOutbox {
  return (item) => factRecord(names.lifecycle, readFact(secrets.ids, { tenant, ...item }));
}

/** The recipient's other windows learn of it at once; without Redis they do at the hub's next look. */
async function tellOthers(
  { db, redis, nudgeOutbox }: GatewayContext,
  owner: InboxOwner,
): Promise<void> {
  nudgeOutbox();
  const [head] = await headsOf(db, [owner]);
  const channel = `${redis.prefix}inbox:${owner.tenant}:${owner.recipient}`;
  await redis.run((client) => client.publish(channel, JSON.stringify({ seq: head?.seq ?? 0 })));
}

export const inboxRoutes: Route[] = [list, readAll, read, archive];
