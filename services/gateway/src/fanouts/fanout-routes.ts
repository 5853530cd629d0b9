import { acceptedAtOf, type FanoutView, PulseError } from "@pulsecourier/contracts";
import type { GatewayContext } from "../context.ts";
import { route, type Route } from "../http/route.ts";
import { insertTombstone } from "../notifications/cancel-store.ts";
import { requireOwnId } from "../notifications/get-notification.ts";
import { isCancelled, readFanout } from "./fanout-store.ts";

const get = route({
  method: "get",
  path: "/v1/fanouts/:id",
  scope: "send",
  handler: async ({ tenant, params: { id } }, context) => {
    requireOwnId(context.secrets.ids, tenant, id);
    return { status: 200, body: await view(context, tenant, id) };
  },
});

/** The router looks for the tombstone before every page. */
const cancel = route({
  method: "post",
  path: "/v1/fanouts/:id/cancel",
  scope: "send",
  handler: async ({ tenant, params: { id } }, context) => {
    requireOwnId(context.secrets.ids, tenant, id);
    await insertTombstone(context.db, tenant, id);
    const fanout = await view(context, tenant, id);
    if (fanout.status === "cancelled") return { status: 200, body: fanout };
    throw new PulseError("cancel_too_late", "Every page was written; nothing was left to cancel.");
  },
});

async function view({ db }: GatewayContext, tenant: string, id: string): Promise<FanoutView> {
  const fanout = (await readFanout(db, tenant, id)) ?? unseen(id);
  const isOpen = fanout.status === "accepted" || fanout.status === "running";
  if (!isOpen || !(await isCancelled(db, tenant, id))) return fanout;
  return { ...fanout, status: "cancelled" };
}

/** What is known of a fan-out from its id alone. */
function unseen(id: string): FanoutView {
  const at = new Date(acceptedAtOf(id)).toISOString();
  return { id, status: "accepted", expanded: 0, pages: 0, createdAt: at, updatedAt: at };
}

export const fanoutRoutes: Route[] = [get, cancel];
