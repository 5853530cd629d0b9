import type { OutRecord } from "@pulsecourier/kafka";
import { fanoutOf } from "../decide/fanout-of.ts";
import type { Request } from "../read/request.ts";
import { beginFanouts, type NewFanout } from "../stores/fanout-store.ts";
import { pageRecord } from "./page-record.ts";
import type { ChunkContext } from "./route-chunk.ts";
import { isScheduled } from "./route-intent.ts";

/** Begins a fan-out to each audience of the requests, unless their time has not come: the records of the first pages. */
export async function startFanouts(
  requests: readonly Request[],
  context: ChunkContext,
): Promise<OutRecord[]> {
  const wanted = new Map<string, NewFanout & { traceparent: string }>();
  for (const request of requests) {
    if (isScheduled(request)) continue;
    for (const audience of request.audiences) {
      const id = fanoutOf(context.secret, request, audience);
      wanted.set(id, newFanout(id, audience, request));
    }
  }
  if (wanted.size === 0) return [];
  const begun = await beginFanouts(context.db, [...wanted.values()]);
  return begun.flatMap(({ id, lane }) => {
    const fanout = wanted.get(id);
    if (fanout === undefined) return [];
    const page = { fanoutId: id, after: null, expanded: 0, pages: 0 };
    return [pageRecord(page, { ...fanout, lane }, context)];
  });
}

function newFanout(id: string, audience: string, { event, rule, lane }: Request) {
  const { tenant, acceptedAt, revision, traceparent, record } = event;
  return {
    id,
    tenant,
    audience,
    lane,
    acceptedAt,
    revision,
    traceparent,
    eventId: event.id,
    rule: rule?.name ?? "",
    headers: record.headers,
    value: record.value ?? Buffer.alloc(0),
  };
}
