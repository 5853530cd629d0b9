import { PulseError } from "@pulsecourier/contracts";
import { formatTraceparent } from "@pulsecourier/observability";
import { route } from "../http/route.ts";
import { cancelOne } from "./cancel-one.ts";
import { requireOwnId } from "./get-notification.ts";

/** `POST /v1/notifications/{id}/cancel`: 200 with what will not be sent and what was already; 409 when nothing was left. */
export const cancelNotification = route({
  method: "post",
  path: "/v1/notifications/:id/cancel",
  scope: "send",
  handler: async ({ tenant, trace, params: { id } }, context) => {
    requireOwnId(context.secrets.ids, tenant, id);
    const traceparent = formatTraceparent(trace);
    const decision = await cancelOne(context, { tenant, id, traceparent });
    if (decision.kind === "too_late") throw new PulseError("cancel_too_late");
    context.nudgeOutbox();
    const { cancelled, alreadySent } = decision;
    const status = alreadySent.length > 0 ? "partial" : "cancelled";
    return { status: 200, body: { id, status, cancelled, alreadySent } };
  },
});
