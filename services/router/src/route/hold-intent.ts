import {
  CE,
  type Channel,
  deriveId,
  HELD_SOURCE,
  HELD_TYPE,
  type HeldRequest,
  STAMP,
} from "@pulsecourier/contracts";
import type { NewTimer } from "@pulsecourier/db";
import { HEADER_TRACEPARENT } from "@pulsecourier/kafka";
import { askedOf } from "../decide/asked-of.ts";
import type { SkippedChannel } from "../decide/choose-channels.ts";
import type { Intent, RoutedIntent, RoutingContext } from "../decide/intent.ts";
import type { Quiet } from "../decide/quiet-hours.ts";
import type { Chosen } from "./choose-for.ts";
import { MAX_RECORD_BYTES } from "./deliveries-of.ts";
import { intentFact, summarize } from "./notification-fact.ts";

/**
 * Holds channels of an intent until the recipient's quiet hours end: a timer, which has it decided anew then, and a
 * fact that says so. A repeat sets no second timer. Null when the request is too large for one.
 */
export function holdIntent(
  intent: Intent,
  held: { channels: Channel[]; skipped: SkippedChannel[]; quiet: Quiet } & Pick<Chosen, "snapshot">,
  context: RoutingContext,
): RoutedIntent | null {
  const { channels, skipped, quiet } = held;
  const { event, lane } = intent.request;
  const timer =
    event.wave === null ? requestTimer(intent, held, context) : waveTimer(intent, quiet, context);
  if (timer.value.length > MAX_RECORD_BYTES) return null;
  const body = {
    type: "notification.held",
    summary: summarize(intent, lane, channels),
    channels,
    until: new Date(quiet.until).toISOString(),
    reason: quiet.reason,
    skipped,
    ...held.snapshot,
    ...(event.wave !== null && { step: event.wave.step, wave: event.wave.wave }),
  } as const;
  return { result: "held", lane, records: [intentFact(intent, body, context)], timer };
}

/** A wave is asked for again as a whole: its answer says all that was made of it. */
function waveTimer(intent: Intent, quiet: Quiet, context: RoutingContext): NewTimer {
  const { record, wave } = intent.request.event;
  const what = [wave?.step ?? "", String(wave?.wave)];
  return {
    ...dueAt(intent, quiet, what, context),
    topic: record.topic,
    key: record.key?.toString("utf8") ?? null,
    headers: { ...record.headers, ...heldHeaders(intent, quiet) },
    value: record.value ?? Buffer.alloc(0),
  };
}

function requestTimer(
  intent: Intent,
  { channels, quiet }: { channels: Channel[]; quiet: Quiet },
  context: RoutingContext,
): NewTimer {
  const { request, notificationId, key } = intent;
  const { event, lane } = request;
  const asked = askedOf(intent, summarize(intent, lane, channels), {});
  const value: HeldRequest = { notificationId, channels, request: asked };
  const timer = dueAt(intent, quiet, [], context);
  return {
    ...timer,
    topic: context.topics.events(lane),
    key: `${event.tenant}:${key}`,
    headers: {
      [CE.id]: timer.id,
      [CE.source]: HELD_SOURCE,
      [CE.type]: HELD_TYPE,
      [CE.specversion]: "1.0",
      [CE.tenant]: event.tenant,
      "content-type": "application/json",
      [STAMP.acceptedAt]: String(event.acceptedAt),
      [STAMP.catalogRevision]: String(event.revision),
      [HEADER_TRACEPARENT]: event.traceparent,
      ...heldHeaders(intent, quiet),
    },
    value: Buffer.from(JSON.stringify(value)),
  };
}

function dueAt(
  { request: { event }, notificationId }: Intent,
  { until }: Quiet,
  what: string[],
  { secret }: RoutingContext,
) {
  const { tenant, acceptedAt } = event;
  const id = deriveId(secret, tenant, acceptedAt, [notificationId, ...what, "held", String(until)]);
  return { id, tenant, dueAt: new Date(until) };
}

function heldHeaders({ request: { event } }: Intent, { until }: Quiet): Record<string, string> {
  return {
    [STAMP.due]: "1",
    [STAMP.holds]: String((event.release?.holds ?? 0) + 1),
    [STAMP.heldUntil]: String(until),
  };
}
