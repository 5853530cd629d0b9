import { PulseError } from "@pulsecourier/contracts";
import type { Accepted } from "../accept-record.ts";
import type { GatewayContext } from "../context.ts";
import { countAccepted } from "../count-accepted.ts";
import { isError } from "../http/attempt.ts";
import { problemOf } from "../http/problem.ts";
import { mediaTypeOf, route } from "../http/route.ts";
import { idempotently } from "../idempotency/idempotently.ts";
import { BATCH_BODY_LIMIT } from "../notifications/post-notification-batch.ts";
import { eventRecord, type ReceivedEvent } from "./event.ts";
import { readBatch, readBinary, readStructured } from "./read-events.ts";

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const BINARY = "application/json";
const SINGLE_BODY_LIMIT = 1024 * 1024;

/** `POST /v1/events` in the three modes of the CloudEvents HTTP binding 1.0; 202 once Kafka has acknowledged. */
export const postEvent = route({
  method: "post",
  path: "/v1/events",
  scope: "send",
  contentTypes: [STRUCTURED, BATCH, BINARY],
  bodyLimit: BATCH_BODY_LIMIT,
  handler: async (request, context) => {
    const { tenant, trace, rawBody, headers } = request;
    const mode = mediaTypeOf(headers);
    if (mode !== BATCH && rawBody.length > SINGLE_BODY_LIMIT) {
      throw new PulseError(
        "body_too_large",
        `The body may have at most ${SINGLE_BODY_LIMIT} bytes.`,
      );
    }
    const events =
      mode === BATCH
        ? readBatch(rawBody)
        : [mode === STRUCTURED ? readStructured(rawBody) : readBinary(headers, rawBody)];
    return idempotently(request, context, async ({ acceptedAt }) => {
      const { revision: catalogRevision } = await context.catalog.current(tenant);
      const results = await produce(
        events,
        { tenant, trace, acceptedAt, catalogRevision },
        context,
      );
      return { status: 202, body: mode === BATCH ? { events: results } : results[0] };
    });
  },
});

/** One result per event, in order; one produce for all that stand. */
async function produce(
  events: readonly (ReceivedEvent | PulseError)[],
  accepted: Accepted,
  context: GatewayContext,
) {
  const standing = events.filter((event): event is ReceivedEvent => !isError(event));
  const receipts = await context.producer.send(
    standing.map((event) => eventRecord(event, accepted, context.names)),
  );
  countAccepted(context.metrics, "event", standing.length);
  let at = 0;
  return events.map((event) =>
    isError(event) ? { problem: problemOf(event) } : { id: event.id, receipt: receipts[at++] },
  );
}
