import { PulseError } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { route, type Route } from "../../http/route.ts";
import { findAudience } from "./find-audience.ts";
import { addMembers, removeMembers } from "./member-store.ts";

const path = "/v1/topics/:name/subscribers";

/** A recipient subscribes itself, with its own token; to open audiences only. */
const subscribe = route({
  method: "post",
  path,
  scope: "inbox",
  handler: async ({ tenant, recipient, params }, { db }) => {
    const added = await addMembers(db, await findTopic(db, { tenant, params }), [recipient]);
    return { status: added > 0 ? 201 : 200, body: { topic: params.name, recipient } };
  },
});

const unsubscribe = route({
  method: "delete",
  path,
  scope: "inbox",
  handler: async ({ tenant, recipient, params }, { db }) => {
    await removeMembers(db, await findTopic(db, { tenant, params }), [recipient]);
    return { status: 204 };
  },
});

/** What is not open is not there for recipients. */
async function findTopic(db: Db, of: { tenant: string; params: { name: string } }) {
  const { id, view } = await findAudience(db, of);
  if (view.open) return id;
  throw new PulseError("not_found", "There is no audience by this name.");
}

export const topicRoutes: Route[] = [subscribe, unsubscribe];
