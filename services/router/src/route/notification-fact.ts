import {
  type Channel,
  factId,
  factRecord,
  type Lane,
  type LifecycleFact,
  type NotificationSummary,
} from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import type { Intent, RoutingContext } from "../decide/intent.ts";

type Context = Pick<RoutingContext, "secret" | "topics" | "now">;
type About = { tenant: string; notificationId: string; traceparent: string };
type FactBody = LifecycleFact extends infer Fact
  ? Fact extends { type: `notification.${string}` }
    ? Omit<Fact, "id" | "at" | "tenant" | "notificationId">
    : never
  : never;

/** The record of a fact about a notification: a CloudEvent in binary mode. A repeat of the fact has the same id. */
export function notificationFact(about: About, body: FactBody, context: Context): OutRecord {
  const { tenant, notificationId, traceparent } = about;
  const id = factId(context.secret, tenant, notificationId, [body.type, ...waveOf(body)]);
  const at = new Date(context.now).toISOString();
  const fact: LifecycleFact = { id, at, tenant, notificationId, ...body };
  return factRecord(context.topics.lifecycle, fact, traceparent);
}

/** A saga's notification is routed wave by wave. */
function waveOf(body: FactBody): string[] {
  if (body.type !== "notification.routed" || body.step === undefined) return [];
  return [body.step, String(body.wave)];
}

/** A fact about an intent, with the summary that lets it stand alone. */
export function intentFact(intent: Intent, body: FactBody, context: Context): OutRecord {
  const { tenant, traceparent } = intent.request.event;
  return notificationFact(
    { tenant, notificationId: intent.notificationId, traceparent },
    body,
    context,
  );
}

/** What an intent's facts say of it. */
export function summarize(
  { request, key }: Intent,
  lane: Lane,
  channels: readonly Channel[],
): NotificationSummary {
  const { event, rule, template, category, sandbox, sendAt, expiresAt, metadata } = request;
  if (event.wave !== null) return { ...event.wave.request.summary, lane, channels: [...channels] };
  return {
    eventId: event.id,
    source: event.source,
    recipient: key,
    category,
    lane,
    ...(template !== null && { template }),
    ...(rule !== null && { rule }),
    channels: [...channels],
    acceptedAt: new Date(event.acceptedAt).toISOString(),
    ...(sendAt !== null && { sendAt: new Date(sendAt).toISOString() }),
    ...(expiresAt !== null && { expiresAt: new Date(expiresAt).toISOString() }),
    sandbox,
    ...(metadata !== null && { metadata }),
  };
}
