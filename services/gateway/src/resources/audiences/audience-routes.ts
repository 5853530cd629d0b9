import { AudienceInput } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";
import { nameParam } from "../name-param.ts";
import { deleteAudience, listAudiences, putAudience } from "./audience-store.ts";
import { findAudience } from "./find-audience.ts";
import { memberRoutes } from "./member-routes.ts";
import { clearMembers, countMembers } from "./member-store.ts";
import { topicRoutes } from "./topic-routes.ts";
import { uploadMembers } from "./upload-members.ts";

/** A million members take some seconds to remove. */
const REMOVE_DEADLINE_MS = 60_000;

const put = route({
  method: "put",
  path: "/v1/audiences/:name",
  scope: "admin",
  body: AudienceInput,
  handler: async ({ tenant, params, body }, { db }) => {
    const name = nameParam(params.name);
    const created = await putAudience(db, { tenant, name }, body);
    const { id, view } = await findAudience(db, { tenant, params });
    return {
      status: created ? 201 : 200,
      body: { ...view, members: await countMembers(db, id) },
    };
  },
});

const get = route({
  method: "get",
  path: "/v1/audiences/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const { id, view } = await findAudience(db, { tenant, params });
    return { status: 200, body: { ...view, members: await countMembers(db, id) } };
  },
});

const cursors = createCursors("audiences", z.strictObject({ after: z.string() }));

const list = route({
  method: "get",
  path: "/v1/audiences",
  scope: "admin",
  query: z.strictObject(pageQuery),
  handler: async ({ tenant, query: { cursor, limit } }, { db, secrets }) => {
    const after = cursors.decode(secrets.cursors, cursor)?.after ?? "";
    const found = await listAudiences(db, { tenant, after, limit: limit + 1 });
    const page = pageOf(found, limit, ({ name }) =>
      cursors.encode(secrets.cursors, { after: name }),
    );
    return { status: 200, body: { data: page.rows, nextCursor: page.nextCursor } };
  },
});

const remove = route({
  method: "delete",
  path: "/v1/audiences/:name",
  scope: "admin",
  deadlineMs: REMOVE_DEADLINE_MS,
  handler: async ({ tenant, params }, { db }) => {
    const { id, view } = await findAudience(db, { tenant, params });
    await clearMembers(db, id);
    await deleteAudience(db, { tenant, name: view.name });
    return { status: 204 };
  },
});

/** Audiences, their members, and topics, which are open audiences. */
export const audienceRoutes: Route[] = [
  put,
  get,
  list,
  remove,
  ...memberRoutes,
  uploadMembers,
  ...topicRoutes,
];
