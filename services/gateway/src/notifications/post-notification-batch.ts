import { deriveId, MAX_BATCH, NotificationRequest, type PulseError } from "@pulsecourier/contracts";
import type { Receipt } from "@pulsecourier/kafka";
import { z } from "zod";
import type { Accepted } from "../accept-record.ts";
import type { GatewayContext } from "../context.ts";
import { countAccepted } from "../count-accepted.ts";
import { problemOf } from "../http/problem.ts";
import { route } from "../http/route.ts";
import { attempt, isError } from "../http/attempt.ts";
import { parsed } from "../http/schema-problems.ts";
import { idempotently } from "../idempotency/idempotently.ts";
import type { Minted } from "../idempotency/idempotency-store.ts";
import { type AcceptedNotification, acceptNotification } from "./accept-notification.ts";
import { attachFiles } from "./attach-files.ts";
import { checkNotification } from "./check-notification.ts";
import { knownAudiences } from "./known-audiences.ts";
import { snapshotFor } from "./snapshot-for.ts";

/** Bytes a batch may have. */
export const BATCH_BODY_LIMIT = 10 * 1024 * 1024;

const Batch = z.strictObject({ notifications: z.array(z.unknown()).min(1).max(MAX_BATCH) });
type Item = AcceptedNotification | PulseError;

/** `POST /v1/notifications/batch`: each item stands or falls alone; one produce for all that stand. */
export const postNotificationBatch = route({
  method: "post",
  path: "/v1/notifications/batch",
  scope: "send",
  body: Batch,
  bodyLimit: BATCH_BODY_LIMIT,
  handler: (request, context) =>
    idempotently(request, context, async (minted) => {
      const { tenant, trace } = request;
      const items = await acceptItems(
        request.body.notifications,
        { tenant, trace, minted },
        context,
      );
      const standing = items.filter((item): item is AcceptedNotification => !isError(item));
      const receipts = await context.producer.send(standing.map(({ record }) => record));
      countAccepted(context.metrics, "notification", standing.length);
      let at = 0;
      const results = items.map((item) =>
        isError(item) ? { problem: problemOf(item) } : resultOf(item, receipts[at++]),
      );
      return { status: 202, body: { results } };
    }),
});

type From = Pick<Accepted, "tenant" | "trace"> & { minted: Minted };

async function acceptItems(
  notifications: readonly unknown[],
  { tenant, trace, minted }: From,
  context: GatewayContext,
): Promise<Item[]> {
  const { names, secrets, catalog } = context;
  const requests = notifications.map((one, index) =>
    attempt(() => parsed(NotificationRequest, one, ["notifications", index])),
  );
  const wellFormed = requests.filter((one): one is NotificationRequest => !isError(one));
  const snapshot = await snapshotFor(tenant, wellFormed, catalog);
  const audiences = await knownAudiences(tenant, wellFormed, context.db);
  const { eventId: batchId, acceptedAt } = minted;
  const accepted = { tenant, acceptedAt, catalogRevision: snapshot.revision, trace };
  // So that a repeat after an outage is judged as the first try was.
  const now = acceptedAt;
  const checked = requests.map((request, index) => {
    if (isError(request)) return request;
    const at = `/notifications/${index}`;
    return attempt(() => ({
      request,
      event: checkNotification({ request, snapshot, audiences, now, at }),
      at,
    }));
  });
  const events = await attachFiles(checked, { tenant, snapshot, now }, context);
  return events.map((event, index) => {
    if (isError(event)) return event;
    return attempt(() => {
      const eventId = deriveId(secrets.ids, tenant, acceptedAt, [batchId, String(index)]);
      return acceptNotification(event, eventId, { accepted, names, idSecret: secrets.ids });
    });
  });
}

/** `id` when the item is for one recipient, else all its notifications. */
function resultOf(item: AcceptedNotification, receipt: Receipt | undefined) {
  const { eventId, notifications, fanouts } = item;
  const [first] = notifications;
  if (fanouts.length > 0) return { eventId, receipt, notifications, fanouts };
  if (notifications.length === 1 && first) return { id: first.id, eventId, receipt };
  return { eventId, receipt, notifications };
}
