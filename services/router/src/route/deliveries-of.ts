import {
  type Channel,
  type DeliveryRecord,
  type InlineRecipient,
  type Lane,
  useId,
} from "@pulsecourier/contracts";
import type { OutRecord } from "@pulsecourier/kafka";
import { type ChosenChannel, factError } from "../decide/choose-channels.ts";
import type { Intent, RoutingContext } from "../decide/intent.ts";
import { whyWithout } from "../decide/why-without.ts";
import { deliveryRecord } from "./delivery-record.ts";

/** Below what a broker takes by default, with room for headers. */
export const MAX_RECORD_BYTES = 1_000_000;

export const TOO_LARGE = factError(
  "content_too_large",
  `Data, content and profile together are over ${MAX_RECORD_BYTES} bytes.`,
);

/** An intent's deliveries: their names, the records that ask for them, and the lane they take. */
export type Deliveries = {
  lane: Lane;
  names: { id: string; channel: Channel; redirected: DeliveryRecord["redirected"] }[];
  records: OutRecord[];
  /** Channels that go without the attachments, for the fact. */
  without: { withoutAttachments?: { channel: Channel; reason: string }[] };
};

/** The deliveries of an intent through the chosen channels; null when one of them is larger than Kafka takes. */
export function deliveriesOf(
  intent: Intent,
  recipient: InlineRecipient,
  chosen: readonly ChosenChannel[],
  context: RoutingContext,
): Deliveries | null {
  const { request, notificationId } = intent;
  const { tenant } = request.event;
  const isOver = request.lane === "normal" && !context.budget.take(tenant);
  const lane = isOver ? "bulk" : request.lane;
  const deliveries: Deliveries = { lane, names: [], records: [], without: {} };
  for (const { channel, ...to } of chosen) {
    const use = request.event.wave?.uses?.[channel] ?? 0;
    const id = useId(context.secret, tenant, notificationId, { channel, use });
    const decided = { id, channel, ...to, lane, recipient };
    const { record, redirected } = deliveryRecord(intent, decided, context);
    if (Buffer.byteLength(record.value ?? "") > MAX_RECORD_BYTES) return null;
    const reason = whyWithout(request, channel);
    if (reason !== null) (deliveries.without.withoutAttachments ??= []).push({ channel, reason });
    deliveries.names.push({ id, channel, redirected });
    deliveries.records.push(record);
  }
  return deliveries;
}
