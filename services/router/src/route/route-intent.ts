import {
  deliveryId,
  type FactError,
  type InlineRecipient,
  type Lane,
} from "@pulsecourier/contracts";
import {
  type ChannelChoice,
  chooseChannels,
  factError,
  type SkippedChannel,
} from "../decide/choose-channels.ts";
import { whyWithout } from "../decide/why-without.ts";
import { deliveryRecord } from "./delivery-record.ts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import {
  type Intent,
  mergeRecipient,
  type RoutedIntent,
  type RoutingContext,
} from "../decide/intent.ts";
import type { FindSuppressed } from "../stores/look-up-suppressed.ts";
import { intentFact, summarize } from "./notification-fact.ts";
import type { Request } from "../read/request.ts";

/** What the stores said of an intent's recipient and notification. */
export type Known = { entry: DirectoryEntry; cancelled: boolean; suppressed: FindSuppressed };

/** Below what a broker takes by default, with room for headers. */
const MAX_RECORD_BYTES = 1_000_000;

/** Decides about one recipient: deliveries and a fact, or a fact that says why there are none. */
export function routeIntent(intent: Intent, known: Known, context: RoutingContext): RoutedIntent {
  const { request, recipient } = intent;
  if (request.failure !== null) return failIntent(intent, request.failure, context);
  const end = endOf(request, known, context.now);
  if (end !== null) return endIntent(intent, end, context);
  const { profile, preferences } = known.entry;
  const merged = mergeRecipient(recipient, profile);
  const choice = chooseChannels({
    candidates: request.candidates,
    named: request.named,
    served: request.contents,
    recipient: merged,
    known: typeof recipient !== "string" || profile !== null,
    preferences,
    suppressed: (channel, address) => known.suppressed(request.event.tenant, channel, address),
    category: request.category,
    required: request.policy.required,
    paidChannels: request.policy.paidChannels,
  });
  return choice.chosen.length === 0
    ? suppressIntent(intent, choice.skipped, context)
    : sendIntent(intent, merged, choice, context);
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
  const { lane, candidates } = intent.request;
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

function endIntent(intent: Intent, result: End, context: RoutingContext): RoutedIntent {
  const { lane, candidates } = intent.request;
  const summary = summarize(intent, lane, candidates);
  const fact =
    result === "cancelled"
      ? intentFact(intent, { type: "notification.cancelled" }, context)
      : intentFact(intent, { type: `notification.${result}`, summary }, context);
  return { result, lane, records: [fact] };
}

function suppressIntent(
  intent: Intent,
  skipped: SkippedChannel[],
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
  const body = { type: "notification.suppressed", summary, error, skipped } as const;
  return { result: "suppressed", lane, records: [intentFact(intent, body, context)] };
}

function sendIntent(
  intent: Intent,
  recipient: InlineRecipient,
  { chosen, skipped }: ChannelChoice,
  context: RoutingContext,
): RoutedIntent {
  const { request, notificationId } = intent;
  const { tenant } = request.event;
  const lane = laneOf(request, context);
  const deliveries = chosen.map(({ channel, ...to }) => {
    const id = deliveryId(context.secret, tenant, notificationId, channel);
    const delivery = { id, channel, ...to, lane, recipient };
    return { id, channel, ...deliveryRecord(intent, delivery, context) };
  });
  if (deliveries.some(({ record }) => Buffer.byteLength(record.value ?? "") > MAX_RECORD_BYTES)) {
    const message = `Data, content and profile together are over ${MAX_RECORD_BYTES} bytes.`;
    return failIntent(intent, factError("content_too_large", message), context);
  }
  const without = chosen.flatMap(({ channel }) => {
    const reason = whyWithout(request, channel);
    return reason === null ? [] : [{ channel, reason }];
  });
  const body = {
    type: "notification.routed",
    summary: summarize(
      intent,
      lane,
      chosen.map(({ channel }) => channel),
    ),
    deliveries: deliveries.map(({ id, channel, redirected }) => ({ id, channel, redirected })),
    skipped,
    ...(without.length > 0 && { withoutAttachments: without }),
  } as const;
  const records = deliveries.map(({ record }) => record);
  return { result: "routed", lane, records: [...records, intentFact(intent, body, context)] };
}

function laneOf({ lane, event }: Request, { budget }: RoutingContext): Lane {
  return lane === "normal" && !budget.take(event.tenant) ? "bulk" : lane;
}
