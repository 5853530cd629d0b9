import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  ADHOC_SOURCE,
  ADHOC_TYPE,
  type AdhocEvent,
  CE,
  deriveId,
  type IdSecret,
  notificationId,
  recipientKey,
  STAMP,
  type TopicNames,
} from "@pulsecourier/contracts";
import { HEADER_TRACEPARENT, type OutRecord } from "@pulsecourier/kafka";
import { formatTraceparent, newTrace } from "@pulsecourier/observability";
import type { DueSchedule, Run } from "./schedule-store.ts";

/** Ids a run is remembered with. */
const MAX_IDS = 10;

type Context = { secret: IdSecret; topics: TopicNames; snapshot: CatalogSnapshot };

/**
 * What a run publishes, with the template and workflow live now; or why it cannot. The event's id names schedule, version
 * and planned time; it is accepted now, by the machine's clock, as all ids tell.
 */
export function runRecord(
  schedule: DueSchedule,
  plannedMs: number,
  { secret, topics, snapshot }: Context,
): NonNullable<Run["fired"]> | string {
  const { id, tenant, version, emits } = schedule;
  const acceptedAt = Math.floor(schedule.machineMs);
  const eventId = deriveId(secret, tenant, acceptedAt, [id, String(version), String(plannedMs)]);
  const stamped = (key: string, attributes: Record<string, string>) => ({
    key: `${tenant}:${key}`,
    headers: {
      ...attributes,
      [CE.id]: eventId,
      [CE.specversion]: "1.0",
      [CE.tenant]: tenant,
      [CE.time]: new Date(plannedMs).toISOString(),
      "content-type": "application/json",
      [STAMP.acceptedAt]: String(acceptedAt),
      [STAMP.catalogRevision]: String(snapshot.revision),
      [HEADER_TRACEPARENT]: formatTraceparent(newTrace()),
    },
  });
  if (emits.kind === "event") {
    const record: OutRecord = {
      topic: topics.events(emits.lane),
      ...stamped(emits.subject ?? eventId, emits.attributes),
      value: Buffer.from(JSON.stringify(emits.data)),
    };
    return { eventId, notificationIds: [], tenant, record };
  }
  const event = pinned(emits.event, snapshot);
  if (typeof event === "string") return event;
  const record: OutRecord = {
    topic: topics.events(event.lane),
    ...stamped(eventId, { [CE.source]: ADHOC_SOURCE, [CE.type]: ADHOC_TYPE }),
    value: Buffer.from(JSON.stringify(event)),
  };
  const of = { tenant, acceptedAt, source: ADHOC_SOURCE, eventId, rule: "" };
  const notificationIds = event.to
    .slice(0, MAX_IDS)
    .map((one) => notificationId(secret, { ...of, recipient: recipientKey(one) }));
  return { eventId, notificationIds, tenant, record };
}

/** The request with the versions that are live; or what is not there any more. */
function pinned(event: AdhocEvent, { templates, workflows }: CatalogSnapshot): AdhocEvent | string {
  const { template, workflow } = event;
  const liveTemplate = template && templates.get(template.name);
  if (template && !liveTemplate) return `there is no template "${template.name}" any more`;
  const liveWorkflow = workflow && workflows.get(workflow.name);
  if (workflow && !liveWorkflow) return `there is no workflow "${workflow.name}" any more`;
  return {
    ...event,
    ...(template && liveTemplate && { template: { ...template, version: liveTemplate.version } }),
    ...(workflow && liveWorkflow && { workflow: { ...workflow, version: liveWorkflow.version } }),
  };
}
