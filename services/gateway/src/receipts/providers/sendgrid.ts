import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { SuppressionReason } from "@pulsecourier/contracts";
import { text } from "@pulsecourier/runtime";
import { z } from "zod";
import { parsed } from "../../http/schema-problems.ts";
import { namedValues } from "../named-values.ts";
import { parseSigned, signedText } from "../parse-signed.ts";
import type { Receipt, ReceiptProvider, ReceiptRequest } from "../receipt.ts";

const SIGNATURE = "x-twilio-email-event-webhook-signature";
const TIMESTAMP = "x-twilio-email-event-webhook-timestamp";

/**
 * SendGrid's Event Webhook: an array of events, signed by ECDSA P-256 over timestamp and raw body. Custom arguments
 * of the mail come back as fields of each event.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export const sendgrid: ReceiptProvider = {
  name: "sendgrid",
  channel: "email",
  env: {
    SENDGRID_WEBHOOK_PUBLIC_KEY: text()
      .refine((keys) => [...namedValues(keys).values()].flatMap(keysOf).every(Boolean), {
        error: "expected the verification keys SendGrid shows, comma-separated",
      })
      .optional()
      .describe(
        "Verification key of SendGrid's Event Webhook; of several accounts, comma-separated",
      ),
  },
  open({ SENDGRID_WEBHOOK_PUBLIC_KEY: given }) {
    const keys = keysOf(given ?? "").filter((key) => key !== null);
    return keys.length === 0 ? null : { verify: (request) => isSigned(request, keys) };
  },
  read: ({ rawBody }) =>
    parsed(z.array(z.unknown()), parseSigned(rawBody)).flatMap((item) => {
      const event = Event.safeParse(item);
      return event.success ? readEvent(event.data) : [];
    }),
};

/** The keys as SendGrid shows them: SubjectPublicKeyInfo in base64, without PEM's lines. */
function keysOf(list: string): (KeyObject | null)[] {
  return list.split(",").flatMap((key) => (key.trim() === "" ? [] : [toKey(key.trim())]));
}

function toKey(base64: string): KeyObject | null {
  try {
    const key = createPublicKey({
      key: Buffer.from(base64, "base64"),
      format: "der",
      type: "spki",
    });
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : null;
  } catch {
    return null;
  }
}

function isSigned(request: ReceiptRequest, keys: readonly KeyObject[]): boolean {
  const { headers, rawBody, now, toleranceMs } = request;
  const { [SIGNATURE]: signature, [TIMESTAMP]: timestamp } = headers;
  if (typeof signature !== "string" || signature.length > 256) return false;
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > toleranceMs) return false;
  const signed = Buffer.concat([Buffer.from(timestamp), rawBody]);
  const given = Buffer.from(signature, "base64");
  return keys.some((key) => verify("sha256", signed, key, given));
}

const short = signedText(1_024);
const Event = z.object({
  event: short,
  sg_event_id: short,
  timestamp: z.number().min(0).max(1e11),
  sg_message_id: short.optional(),
  email: short.optional(),
  type: short.optional(),
  reason: signedText(10_000).optional(),
  sg_machine_open: z.boolean().optional(),
  tenant: short.optional(),
  notification_id: short.optional(),
  delivery_id: short.optional(),
});
type Event = z.infer<typeof Event>;

function readEvent(event: Event): Receipt[] {
  const what = meaningOf(event);
  if (what === null) return [];
  const { tenant, notification_id: notificationId, sg_message_id, email, reason } = event;
  return [
    {
      eventId: event.sg_event_id,
      kind: what.kind,
      at: event.timestamp * 1_000,
      reference:
        tenant === undefined || notificationId === undefined
          ? null
          : { tenant, notificationId, deliveryId: event.delivery_id },
      ...(sg_message_id !== undefined && { providerMessageId: sg_message_id }),
      ...(reason !== undefined && { detail: reason }),
      ...(email !== undefined &&
        what.reason !== undefined && { suppress: { address: email, reason: what.reason } }),
    },
  ];
}

type Meaning = { kind: Receipt["kind"]; reason?: SuppressionReason };

/** What an event means; null for those on the way (`processed`, `deferred`) and for machines that open mails. */
function meaningOf({ event, type, reason, sg_machine_open }: Event): Meaning | null {
  switch (event) {
    case "delivered":
      return { kind: "delivered" };
    case "open":
      return sg_machine_open === true ? null : { kind: "read" };
    case "click":
      return { kind: "read" };
    case "bounce":
      // `blocked` is a refusal that may pass, such as a full mailbox or a reputation.
      return type === "blocked" ? { kind: "bounced" } : { kind: "bounced", reason: "hard_bounce" };
    case "dropped":
      return droppedFor(reason ?? "");
    case "spamreport":
      return { kind: "complained", reason: "complaint" };
    case "unsubscribe":
      return { kind: "unsubscribed", reason: "unsubscribe" };
    default:
      return null;
  }
}

/** SendGrid drops what its own lists forbid, and says which. */
function droppedFor(why: string): Meaning {
  if (/bounced|invalid/i.test(why)) return { kind: "bounced", reason: "hard_bounce" };
  if (/spam report/i.test(why)) return { kind: "bounced", reason: "complaint" };
  if (/unsubscribed/i.test(why)) return { kind: "bounced", reason: "unsubscribe" };
  return { kind: "bounced" };
}
