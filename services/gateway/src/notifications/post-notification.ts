import { NotificationRequest } from "@pulsecourier/contracts";
import { isError } from "../http/attempt.ts";
import { route } from "../http/route.ts";
import { idempotently } from "../idempotency/idempotently.ts";
import { countAccepted } from "../count-accepted.ts";
import { acceptedBody, acceptNotification } from "./accept-notification.ts";
import { attachFiles } from "./attach-files.ts";
import { checkNotification } from "./check-notification.ts";
import { knownAudiences } from "./known-audiences.ts";
import { snapshotFor } from "./snapshot-for.ts";

/** `POST /v1/notifications`: 202 once Kafka has acknowledged the one record the request becomes. */
export const postNotification = route({
  method: "post",
  path: "/v1/notifications",
  scope: "send",
  body: NotificationRequest,
  bodyHint: "POST large attachments to /v1/attachments first and name their ids.",
  handler: (request, context) =>
    idempotently(request, context, async ({ eventId, acceptedAt }) => {
      const { tenant, trace, body } = request;
      const snapshot = await snapshotFor(tenant, [body], context.catalog);
      // As of the accept time, so that a repeat after an outage is judged as the first try was.
      const now = acceptedAt;
      const audiences = await knownAudiences(tenant, [body], context.db);
      const checked = checkNotification({ request: body, snapshot, audiences, now, at: "" });
      const item = { request: body, event: checked, at: "" };
      const [event = checked] = await attachFiles([item], { tenant, snapshot, now }, context);
      if (isError(event)) throw event;
      const accepted = { tenant, acceptedAt, catalogRevision: snapshot.revision, trace };
      const { names, secrets } = context;
      const notification = acceptNotification(event, eventId, {
        accepted,
        names,
        idSecret: secrets.ids,
      });
      const [receipt] = await context.producer.send([notification.record]);
      countAccepted(context.metrics, "notification", 1);
      return { status: 202, body: acceptedBody(notification, receipt) };
    }),
});
