import {
  type Channel,
  type DeliveryIdentity,
  type DeliveryRecord,
  type InlineRecipient,
  type Lane,
  redirectDelivery,
  type TenantSettings,
} from "@pulsecourier/contracts";
import {
  HEADER_FIRST_AT,
  HEADER_ID,
  HEADER_TRACEPARENT,
  type OutRecord,
} from "@pulsecourier/kafka";
import type { ChosenChannel } from "../decide/choose-channels.ts";
import { whyWithout } from "../decide/why-without.ts";
import type { Intent, RoutingContext } from "../decide/intent.ts";

/** The record that asks a sender for one delivery, and whether the tenant's sandbox sends it elsewhere. */
export function deliveryRecord(
  intent: Intent,
  delivery: ChosenChannel & { id: string; lane: Lane; recipient: InlineRecipient },
  { topics, now }: RoutingContext,
): { record: OutRecord; redirected: DeliveryRecord["redirected"] } {
  const { request } = intent;
  const { event, template, policy, expiresAt, settings } = request;
  const { id, channel, lane, recipient, address, more } = delivery;
  const content = request.contents.get(channel) ?? null;
  const carries = request.attachments.length > 0 && whyWithout(request, channel) === null;
  const identity = identityOf(channel, settings);
  const decided: Omit<DeliveryRecord, "data"> = {
    id,
    notificationId: intent.notificationId,
    eventId: event.id,
    tenant: event.tenant,
    channel,
    lane,
    category: request.category,
    onUnknown: policy.onUnknown,
    optOut: policy.optOut,
    sandbox: request.sandbox,
    recipient,
    address,
    ...(more.length > 0 && { moreAddresses: more }),
    ...(identity !== undefined && { identity }),
    ...(template !== null && { template }),
    ...(content !== null && { content }),
    ...(event.wave !== null && { saga: event.wave.sagaId }),
    ...correctionOf(event),
    ...(carries && { attachments: [...request.attachments] }),
    acceptedAt: event.acceptedAt,
    ...(expiresAt !== null && { expiresAt: Date.parse(expiresAt) }),
  };
  const { sandboxRedirect } = settings;
  const sent = sandboxRedirect === undefined ? decided : redirectDelivery(decided, sandboxRedirect);
  const record = {
    topic: topics.deliveries(channel, lane),
    key: `${event.tenant}:${intent.key}`,
    // The data's text is put in as it is: it may be large, and the same for a thousand recipients.
    value: `${JSON.stringify(sent).slice(0, -1)},"data":${event.dataJson}}`,
    headers: {
      "content-type": "application/json",
      [HEADER_ID]: id,
      [HEADER_FIRST_AT]: String(now),
      [HEADER_TRACEPARENT]: event.traceparent,
    },
  };
  return { record, redirected: sent.redirected };
}

function identityOf(
  channel: Channel,
  { identity = {} }: TenantSettings,
): DeliveryIdentity | undefined {
  const byChannel: Partial<Record<Channel, DeliveryIdentity>> = identity;
  return byChannel[channel];
}

function correctionOf({ wave }: Intent["request"]["event"]): Pick<DeliveryRecord, "correction"> {
  const { of, silent } = wave?.correction ?? {};
  return of === undefined ? {} : { correction: { of, ...(silent === true && { silent }) } };
}
