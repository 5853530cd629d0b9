import {
  deliveryId,
  ERRORS,
  factId,
  type IdSecret,
  type LifecycleFact,
} from "@pulsecourier/contracts";
import { scrub } from "@pulsecourier/observability";
import type { Receipt, ReceiptProvider } from "./receipt.ts";

const MAX_DETAIL = 500;

/** What a receipt says of its delivery; null when it says nothing. The same receipt always has the same id. */
export function receiptFact(
  receipt: Receipt & { reference: NonNullable<Receipt["reference"]> },
  o: { secret: IdSecret; provider: Pick<ReceiptProvider, "name" | "channel">; now: number },
): LifecycleFact | null {
  const { kind, reference, eventId } = receipt;
  if (kind === "unsubscribed") return null;
  const { tenant, notificationId } = reference;
  const { name, channel } = o.provider;
  const delivery = reference.deliveryId ?? deliveryId(o.secret, tenant, notificationId, channel);
  const type = `delivery.${kind}` as const;
  // A mail may be opened any number of times; that it was read is one fact.
  const what = kind === "read" ? [type] : [type, name, eventId];
  const about = {
    id: factId(o.secret, tenant, delivery, what),
    at: new Date(o.now).toISOString(),
    tenant,
    notificationId,
    deliveryId: delivery,
    channel,
    attempt: 0,
    redrive: 0,
    provider: name,
    reportedAt: new Date(receipt.at).toISOString(),
  };
  if (type !== "delivery.bounced") return { type, ...about };
  const message = presentable(receipt.detail) || ERRORS.bounced.title;
  return { type, ...about, error: { code: "bounced", class: ERRORS.bounced.class, message } };
}

/** The words of mail servers go into timelines: no address, no control character, not long. */
function presentable(detail = ""): string {
  return scrub(detail.slice(0, MAX_DETAIL)).replace(/\p{Cc}+/gu, " ");
}
