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
/** All but what the gateway says when it moves one. */
type Told = Exclude<LifecycleFact, { type: "notification.rescheduled" }>;
type FactBody = Told extends infer Fact
  ? Fact extends { type: `notification.${string}` }
    ? Omit<Fact, "id" | "at" | "tenant" | "notificationId">
    : never
  : never;

/** The record of a fact about a notification: a CloudEvent in binary mode. A repeat of the fact has the same id. */
export function notificationFact(about: About, body: FactBody, context: Context): OutRecord {
  const { tenant, notificationId, traceparent } = about;
  const id = factId(context.secret, tenant, notificationId, [body.type, ...partOf(body)]);
  const at = new Date(context.now).toISOString();
  const fact: LifecycleFact = { id, at, tenant, notificationId, ...body };
  return factRecord(context.topics.lifecycle, fact, traceparent);
}

/** A saga's notification is routed wave by wave, and what was held is decided again: each time is a fact of its own. */
function partOf(body: FactBody): string[] {
  const wave = "step" in body && body.step !== undefined ? [body.step, String(body.wave)] : [];
  const released = "heldUntil" in body ? body.heldUntil : undefined;
  const until = body.type === "notification.held" ? body.until : released;
  return until === undefined ? wave : [...wave, until];
}

/** A fact about an intent, with the summary that lets it stand alone. */
export function intentFact(intent: Intent, body: FactBody, context: Context): OutRecord {
  const { tenant, traceparent, release } = intent.request.event;
  const about = { tenant, notificationId: intent.notificationId, traceparent };
  if (
    release === null ||
    body.type === "notification.held" ||
    body.type === "notification.scheduled"
  ) {
    return notificationFact(about, body, context);
  }
  const heldUntil = new Date(release.until).toISOString();
  return notificationFact(about, { ...body, heldUntil }, context);
}

/** What an intent's facts say of it. */
export function summarize(
  { request, key }: Intent,
  lane: Lane,
  channels: readonly Channel[],
): NotificationSummary {
  const { event, rule, template, category, sandbox, sendAt, expiresAt, metadata } = request;
  const again = event.wave ?? event.held;
  if (again !== null) return { ...again.request.summary, lane, channels: [...channels] };
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
