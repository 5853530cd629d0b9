import { Preferences, PulseError } from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";
import { readPreferences, writePreferences } from "./preference-store.ts";

const put = route({
  method: "put",
  path: "/v1/recipients/:id/preferences",
  scope: "admin",
  body: Preferences,
  handler: async ({ tenant, params, body }, { db }) => {
    await writePreferences(db, { tenant, recipient: nameParam(params.id), preferences: body });
    return { status: 200, body };
  },
});

const get = route({
  method: "get",
  path: "/v1/recipients/:id/preferences",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const preferences = await readPreferences(db, { tenant, recipient: nameParam(params.id) });
    if (preferences === null) throw new PulseError("not_found");
    return { status: 200, body: preferences };
  },
});

export const preferenceRoutes: Route[] = [put, get];
