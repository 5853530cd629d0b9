import type { FactError } from "@pulsecourier/contracts";
import { factError, type SkippedChannel } from "../decide/choose-channels.ts";
import type { Intent, RoutedIntent, RoutingContext } from "../decide/intent.ts";
import type { Request } from "../read/request.ts";
import { chooseFor, type Chosen, type Known } from "./choose-for.ts";
import { deliveriesOf, TOO_LARGE } from "./deliveries-of.ts";
import { holdIntent } from "./hold-intent.ts";
import { intentFact, summarize } from "./notification-fact.ts";
import { failWave, routeWave } from "./route-wave.ts";
import { startSaga } from "./start-saga.ts";

/** Decides about one recipient: deliveries and a fact, or a fact that says why there are none. */
export function routeIntent(intent: Intent, known: Known, context: RoutingContext): RoutedIntent {
  const { request } = intent;
  if (request.event.wave !== null) return routeWave(intent, request.event.wave, known, context);
  if (request.failure !== null) return failIntent(intent, request.failure, context);
  const end = endOf(request, known, context.now);
  if (end !== null) return endIntent(intent, end, context);
  if (request.saga !== null) {
    return (
      startSaga(intent, request.saga, known, context) ?? failIntent(intent, TOO_LARGE, context)
    );
  }
  return carryOut(intent, chooseFor(intent, known), context);
}

function carryOut(
  intent: Intent,
  { recipient, choice, quiet, snapshot }: Chosen,
  context: RoutingContext,
): RoutedIntent {
  const { chosen, skipped, held } = choice;
  const late = skipped.find(({ error }) => error.code === "expired");
  const now = () => {
    if (chosen.length > 0) return sendIntent(intent, { recipient, choice, snapshot }, context);
    if (late !== undefined) return endIntent(intent, "expired", context, late.error.message);
    return suppressIntent(intent, { skipped, snapshot }, context);
  };
  if (held.length === 0 || quiet === null) return now();
  const channels = held.map(({ channel }) => channel);
  const later = holdIntent(intent, { channels, skipped, quiet, snapshot }, context);
  if (later === null) return failIntent(intent, TOO_LARGE, context);
  if (chosen.length === 0) return later;
  const sent = now();
  return { ...later, ...sent, records: [...sent.records, ...later.records] };
}

/** No timer has said yet that its `sendAt` has come: timers go by the database's clock, ours may be wrong. */
export function isScheduled({ sendAt, event }: Request): boolean {
  return sendAt !== null && !event.due;
}

/** Ends an intent before any choice. */
export function failIntent(
  intent: Intent,
  error: FactError,
  context: RoutingContext,
): RoutedIntent {
  const { lane, candidates, event } = intent.request;
  if (event.wave !== null) return failWave(intent, event.wave, error, context);
  const summary = summarize(intent, lane, candidates);
  const fact = intentFact(intent, { type: "notification.failed", summary, error }, context);
  return { result: "failed", lane, records: [fact] };
}

type End = "cancelled" | "expired" | "scheduled";

function endOf(request: Request, { cancelled }: Known, now: number): End | null {
  if (cancelled) return "cancelled";
  if (request.expiresAt !== null && Date.parse(request.expiresAt) <= now) return "expired";
  return isScheduled(request) ? "scheduled" : null;
}

function endIntent(
  intent: Intent,
  result: End,
  context: RoutingContext,
  reason?: string,
): RoutedIntent {
  const { lane, candidates } = intent.request;
  const summary = summarize(intent, lane, candidates);
  const fact =
    result === "cancelled"
      ? intentFact(intent, { type: "notification.cancelled" }, context)
      : intentFact(
          intent,
          { type: `notification.${result}`, summary, ...(reason !== undefined && { reason }) },
          context,
        );
  return { result, lane, records: [fact] };
}

function suppressIntent(
  intent: Intent,
  { skipped, snapshot }: Pick<Chosen, "snapshot"> & { skipped: SkippedChannel[] },
  context: RoutingContext,
): RoutedIntent {
  const { lane, candidates } = intent.request;
  const [first] = skipped;
  const same = skipped.every(({ error }) => error.code === first?.error.code);
  const why = skipped.map(({ channel, error }) => `${channel}: ${error.code}`).join(", ");
  const error =
    first !== undefined && same
      ? first.error
      : factError("no_channel", `No channel was left: ${why}`);
  // A template without the channel is a mistake of the sender, not a wish of the recipient.
  if (error.code === "channel_not_in_template") return failIntent(intent, error, context);
  const summary = summarize(intent, lane, candidates);
  const body = { type: "notification.suppressed", summary, error, skipped, ...snapshot } as const;
  return { result: "suppressed", lane, records: [intentFact(intent, body, context)] };
}

function sendIntent(
  intent: Intent,
  { recipient, choice, snapshot }: Omit<Chosen, "quiet">,
  context: RoutingContext,
): RoutedIntent {
  const { chosen, skipped } = choice;
  const deliveries = deliveriesOf(intent, recipient, chosen, context);
  if (deliveries === null) return failIntent(intent, TOO_LARGE, context);
  const { lane, names, records, without } = deliveries;
  const channels = names.map(({ channel }) => channel);
  const summary = summarize(intent, lane, channels);
  const body = {
    type: "notification.routed",
    summary,
    deliveries: names,
    skipped,
    ...without,
    ...snapshot,
  } as const;
  return { result: "routed", lane, records: [...records, intentFact(intent, body, context)] };
}
