import { CancelRequest, type CancelPreview, PulseError } from "@pulsecourier/contracts";
import { z } from "zod";
import type { GatewayContext } from "../../context.ts";
import { route, type Route } from "../../http/route.ts";
import { idempotently } from "../../idempotency/idempotently.ts";
import { readKeyName } from "../../resources/pauses/key-name-store.ts";
import { type CancelJob, insertCancelJob, readCancelJob } from "./cancel-job-store.ts";
import { findMatched, rangeOf } from "./find-matched.ts";

/** How long a preview looks, ms, how much at once, and how many it shows. */
const PREVIEW_MS = 3_000;
const PREVIEW_PAGE = 1_000;
const SAMPLE = 10;

/**
 * `POST /v1/notifications/cancel`: with `preview` the number of those that are meant, else 202 with a job that cancels
 * them. What is accepted after the call, or not tracked yet, is not meant.
 */
const cancelMany = route({
  method: "post",
  path: "/v1/notifications/cancel",
  scope: "operator",
  body: CancelRequest,
  handler: async (request, context) => {
    const { tenant, body, key } = request;
    const { filter } = body;
    if (body.preview) {
      const range = rangeOf(filter, Date.now());
      return { status: 200, body: await preview(context, { tenant, filter, range }) };
    }
    return idempotently(request, context, async ({ eventId: id, acceptedAt }) => {
      const range = rangeOf(filter, acceptedAt);
      const by = await readKeyName(context.db, key.id);
      await insertCancelJob(context.db, { id, tenant, filter, range, by });
      context.logger.warn({ tenant, job: id, by }, "cancelling by filter");
      return { status: 202, body: await readCancelJob(context.db, tenant, id) };
    });
  },
});

async function preview(
  { db }: GatewayContext,
  of: Pick<CancelJob, "tenant" | "filter" | "range">,
): Promise<CancelPreview> {
  const until = performance.now() + PREVIEW_MS;
  const found: CancelPreview = { count: 0, complete: false, sample: [] };
  let { range } = of;
  while (performance.now() < until) {
    const page = await findMatched(db, { ...of, range, limit: PREVIEW_PAGE });
    found.count += page.matched.length;
    for (const { id, status, recipient, createdAt } of page.matched) {
      if (found.sample.length === SAMPLE) break;
      found.sample.push({ id, status, ...(recipient !== undefined && { recipient }), createdAt });
    }
    if (page.after === null) return { ...found, complete: true };
    range = { ...range, after: page.after };
  }
  return found;
}

/** `GET /v1/notifications/cancels/{id}`: how far it is. */
const getCancel = route({
  method: "get",
  path: "/v1/notifications/cancels/:id",
  scope: "operator",
  handler: async ({ tenant, params: { id } }, { db }) => {
    const isId = z.guid().safeParse(id).success;
    const job = isId ? await readCancelJob(db, tenant, id) : null;
    if (job === null) throw new PulseError("not_found");
    return { status: 200, body: job };
  },
});

export const cancelManyRoutes: Route[] = [cancelMany, getCancel];
