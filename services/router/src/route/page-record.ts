import {
  CE,
  deriveId,
  type FanoutPage,
  type IdSecret,
  type Lane,
  PAGE_SOURCE,
  PAGE_TYPE,
  type TopicNames,
} from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT, type OutRecord } from "@pulsecourier/kafka";

type Of = { tenant: string; acceptedAt: number; lane: Lane; traceparent: string };

/** The event by which the router asks itself for a page; the same page has the same id. */
export function pageRecord(
  page: FanoutPage,
  { tenant, acceptedAt, lane, traceparent }: Of,
  { secret, topics }: { secret: IdSecret; topics: TopicNames },
): OutRecord {
  return {
    topic: topics.events(lane),
    key: `${tenant}:${page.fanoutId}`,
    headers: {
      [CE.id]: deriveId(secret, tenant, acceptedAt, [page.fanoutId, page.after ?? ""]),
      [CE.source]: PAGE_SOURCE,
      [CE.type]: PAGE_TYPE,
      [CE.specversion]: "1.0",
      [CE.tenant]: tenant,
      "content-type": "application/json",
      [HEADER_TRACEPARENT]: traceparent,
    },
    value: JSON.stringify(page),
  };
}
