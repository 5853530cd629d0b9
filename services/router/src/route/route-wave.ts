import { type FactError, sagaInput, sagaRecord, type WaveRequest } from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import type { Intent, RoutedIntent, RoutingContext } from "../decide/intent.ts";
import { chooseFor, type Known } from "./choose-for.ts";
import { holdIntent } from "./hold-intent.ts";
import { deliveriesOf, TOO_LARGE } from "./deliveries-of.ts";
import { intentFact, summarize } from "./notification-fact.ts";

/**
 * Decides about a wave a saga asks for: deliveries and a fact, and in any case the answer the saga waits for. What the
 * whole comes to is for the saga to say.
 */
export function routeWave(
  intent: Intent,
  wave: WaveRequest,
  known: Known,
  context: RoutingContext,
): RoutedIntent {
  const { request } = intent;
  // A cancel is what a correction may follow from.
  const cancelled = known.cancelled && wave.correction === undefined;
  const end = endOf(intent, cancelled, context.now);
  if (end !== null) return answerOnly(intent, wave, end, context);
  const { recipient, choice, quiet, snapshot } = chooseFor(intent, known);
  const { chosen, skipped, held } = choice;
  if (held.length > 0 && quiet !== null) {
    const channels = [...chosen, ...held].map(({ channel }) => channel);
    const later = holdIntent(intent, { channels, skipped, quiet, snapshot }, context);
    return later ?? failWave(intent, wave, TOO_LARGE, context);
  }
  const deliveries = deliveriesOf(intent, recipient, chosen, context);
  if (deliveries === null) return failWave(intent, wave, TOO_LARGE, context);
  const { lane, names, records, without } = deliveries;
  const body = {
    type: "notification.routed",
    summary: summarize(
      intent,
      lane,
      names.map(({ channel }) => channel),
    ),
    deliveries: names,
    skipped,
    ...without,
    ...snapshot,
    step: wave.step,
    wave: wave.wave,
    ...(wave.correction !== undefined && { corrects: wave.correction.of }),
  } as const;
  const fact = intentFact(intent, body, context);
  const made = names.map(({ id, channel }) => ({ id, channel }));
  const told = answer(intent, wave, { deliveries: made, skipped }, context);
  return { result: "wave", lane: request.lane, records: [...records, fact, told] };
}

/** Ends a saga at a wave for a reason no other channel would escape. */
export function failWave(
  intent: Intent,
  wave: WaveRequest,
  error: FactError,
  context: RoutingContext,
): RoutedIntent {
  return answerOnly(intent, wave, { outcome: "failed", error }, context);
}

type End = { outcome: "failed" | "expired" | "cancelled"; error?: FactError };

function endOf({ request }: Intent, cancelled: boolean, now: number): End | null {
  if (cancelled) return { outcome: "cancelled" };
  if (request.failure !== null) return { outcome: "failed", error: request.failure };
  const hasExpired = request.expiresAt !== null && Date.parse(request.expiresAt) <= now;
  return hasExpired ? { outcome: "expired" } : null;
}

function answerOnly(
  intent: Intent,
  wave: WaveRequest,
  end: End,
  context: RoutingContext,
): RoutedIntent {
  const record = answer(intent, wave, { deliveries: [], skipped: [], end }, context);
  return { result: "wave", lane: intent.request.lane, records: [record] };
}

type Answer = Pick<
  Parameters<typeof sagaInput>[3] & { type: "routed" },
  "deliveries" | "skipped" | "end"
>;

function answer(
  { request, notificationId }: Intent,
  { step, wave }: WaveRequest,
  body: Answer,
  { secret, topics }: RoutingContext,
): OutRecord {
  const { tenant, traceparent } = request.event;
  const what = [step, String(wave)];
  const input = sagaInput(secret, { tenant, notificationId }, what, {
    type: "routed",
    step,
    wave,
    ...body,
  });
  return sagaRecord(topics.sagas, input, traceparent);
}
