import { DeadLetterFilter, PulseError, RedriveRequest } from "@pulsecourier/contracts";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { createCursors, pageOf, pageQuery } from "../cursor.ts";
import { listDeadLetters, readDeadLetter } from "./dead-letter-store.ts";
import { redrive, REDRIVE_MS } from "./redrive.ts";

const position = z.object({
  failedAt: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
});
const cursors = createCursors("dead-letters", position);

const list = route({
  method: "get",
  path: "/v1/dead-letters",
  scope: "operator",
  query: DeadLetterFilter.extend(pageQuery),
  handler: async ({ tenant, query }, { db, secrets }) => {
    const { limit, cursor, ...filter } = query;
    const after = cursors.decode(secrets.cursors, cursor);
    const rows = await listDeadLetters(db, { tenant, filter, after, limit: limit + 1 });
    const page = pageOf(rows, limit, (last) => cursors.encode(secrets.cursors, last.position));
    return {
      status: 200,
      body: { data: page.rows.map((row) => row.view), nextCursor: page.nextCursor },
    };
  },
});

const get = route({
  method: "get",
  path: "/v1/dead-letters/:id",
  scope: "operator",
  handler: async ({ tenant, params }, { db }) => {
    const letter = await readDeadLetter(db, { tenant, id: params.id });
    if (letter === null) throw new PulseError("not_found");
    return { status: 200, body: letter };
  },
});

const redriveRoute = route({
  method: "post",
  path: "/v1/dead-letters/redrive",
  scope: "operator",
  body: RedriveRequest,
  deadlineMs: REDRIVE_MS + 8_000,
  handler: async ({ tenant, body }, context) => ({
    status: 200,
    body: await redrive(context, { tenant, request: body }),
  }),
});

export const deadLetterRoutes: Route[] = [list, redriveRoute, get];
