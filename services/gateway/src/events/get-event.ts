import { PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import { route } from "../http/route.ts";
import { findEvents } from "./event-store.ts";

const Query = z.strictObject({ source: z.string().max(512).optional() });

/** `GET /v1/events/{id}`: what the router decided for an event; 404 until it has seen it. */
export const getEvent = route({
  method: "get",
  path: "/v1/events/:id",
  scope: "send",
  query: Query,
  handler: async ({ tenant, params, query: { source } }, { db }) => {
    const events = (await findEvents(db, tenant, params.id)).filter(
      (event) => source === undefined || event.source === source,
    );
    const [event] = events;
    if (event === undefined) throw new PulseError("not_found");
    if (events.length > 1) {
      const sources = events.map((one) => one.source).join(", ");
      throw new PulseError(
        "malformed_request",
        `Several sources used this id; add \`source\`: ${sources}.`,
      );
    }
    const acceptedAt = new Date(event.acceptedAt).toISOString();
    return { status: 200, body: { id: params.id, ...event, acceptedAt } };
  },
});
