import { MembersChange } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";
import { findAudience } from "./find-audience.ts";
import { addMembers, listMembers, removeMembers } from "./member-store.ts";

const path = "/v1/audiences/:name/members";

const add = route({
  method: "post",
  path,
  scope: "admin",
  body: MembersChange,
  handler: async ({ tenant, params, body: { recipients } }, { db }) => {
    const { id } = await findAudience(db, { tenant, params });
    const added = await addMembers(db, id, recipients);
    return { status: 200, body: { added, alreadyMembers: recipients.length - added } };
  },
});

const remove = route({
  method: "delete",
  path,
  scope: "admin",
  body: MembersChange,
  handler: async ({ tenant, params, body: { recipients } }, { db }) => {
    const { id } = await findAudience(db, { tenant, params });
    const removed = await removeMembers(db, id, recipients);
    return { status: 200, body: { removed, notMembers: recipients.length - removed } };
  },
});

const cursors = createCursors("members", z.strictObject({ after: z.string() }));

const list = route({
  method: "get",
  path,
  scope: "admin",
  query: z.strictObject(pageQuery),
  handler: async ({ tenant, params, query: { cursor, limit } }, { db, secrets }) => {
    const { id: audience } = await findAudience(db, { tenant, params });
    const after = cursors.decode(secrets.cursors, cursor)?.after ?? "";
    const found = await listMembers(db, { audience, after, limit: limit + 1 });
    const page = pageOf(found, limit, ({ recipient }) =>
      cursors.encode(secrets.cursors, { after: recipient }),
    );
    return { status: 200, body: { data: page.rows, nextCursor: page.nextCursor } };
  },
});

export const memberRoutes: Route[] = [add, remove, list];
