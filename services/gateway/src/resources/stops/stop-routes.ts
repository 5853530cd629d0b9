import { describeStop, PulseError, StopInput } from "@pulsecourier/contracts";
import { readStops } from "@pulsecourier/db";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { PLATFORM_TENANT } from "../platform-tenant.ts";
import { createStop, liftStop, tenantExists, toStopView } from "./stop-store.ts";

const create = route({
  method: "post",
  path: "/v1/stops",
  scope: "operator",
  body: StopInput,
  handler: async ({ tenant, key, body }, { db, logger }) => {
    if (tenant !== PLATFORM_TENANT && body.tenant !== tenant)
      throw new PulseError("forbidden", `A key of ${tenant} can stop that tenant only; name it.`);
    if (body.tenant !== undefined && !(await tenantExists(db, body.tenant)))
      throw new PulseError("invalid_request", undefined, {
        problems: [{ pointer: "/tenant", detail: "no tenant has this name" }],
      });
    const made = await createStop(db, { ...body, key: key.id });
    if (made === null) throw new PulseError("too_many_stops");
    const { stop, created } = made;
    if (created) logger.warn({ stop: stop.id, by: stop.by }, `stopped: ${describeStop(stop)}`);
    return { status: created ? 201 : 200, body: toStopView(stop) };
  },
});

const list = route({
  method: "get",
  path: "/v1/stops",
  scope: "operator",
  handler: async ({ tenant }, { db }) => {
    const stops = await readStops(db);
    const own = stops.filter((stop) => tenant === PLATFORM_TENANT || stop.tenant === tenant);
    return { status: 200, body: { data: own.map(toStopView) } };
  },
});

const lift = route({
  method: "delete",
  path: "/v1/stops/:id",
  scope: "operator",
  handler: async ({ tenant, key, params: { id } }, { db, logger }) => {
    const whose = tenant === PLATFORM_TENANT ? null : tenant;
    const known = z.guid().safeParse(id).success;
    const stop = known ? await liftStop(db, { id, key: key.id, tenant: whose }) : null;
    if (stop === null) throw new PulseError("not_found");
    logger.warn({ stop: stop.id }, `lifted: ${describeStop(stop)}`);
    return { status: 204 };
  },
});

/** The operator's hand on what is sent: stopping accounts, channels and tenants, and letting them go on. */
export const stopRoutes: Route[] = [create, list, lift];
