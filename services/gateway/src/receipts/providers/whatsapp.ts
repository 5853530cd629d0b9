import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { secret } from "@pulsecourier/runtime";
import { z } from "zod";
import { parsed } from "../../http/schema-problems.ts";
import { optOutWish } from "../opt-out-wish.ts";
import { parseSigned, signedText } from "../parse-signed.ts";
import type { InboundMessage, Receipt, ReceiptProvider, ReceiptRequest } from "../receipt.ts";

/**
 * Webhooks of Meta's WhatsApp Cloud API: statuses and messages recipients wrote, signed by HMAC-SHA256 over the raw
 * body. Meta checks the URL by a GET first. The signature covers no time: a repeat is told by message and status.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export const whatsapp: ReceiptProvider = {
  name: "whatsapp",
  channel: "whatsapp",
  env: {
    WHATSAPP_WEBHOOK_APP_SECRET: secret()
      .optional()
      .describe("App secret of the Meta app, which signs its callbacks"),
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: secret()
      .optional()
      .describe("Text of your choice that Meta shows when it checks the callback's URL"),
  },
  open({ WHATSAPP_WEBHOOK_APP_SECRET: key, WHATSAPP_WEBHOOK_VERIFY_TOKEN: token }) {
    if (key === undefined) return null;
    return {
      verify: (request) => isSigned(request, key),
      answerCheck: (query) => answerCheck(query, token),
    };
  },
  read: ({ rawBody, now }) =>
    parsed(Payload, parseSigned(rawBody)).entry.flatMap(({ changes }) =>
      changes.flatMap(({ value }) => [
        ...value.statuses.flatMap((status) => readStatus(Status.safeParse(status).data, now)),
        ...value.messages.flatMap((message) => readMessage(Message.safeParse(message).data)),
      ]),
    ),
};

function isSigned({ headers, rawBody }: ReceiptRequest, key: string): boolean {
  const { "x-hub-signature-256": signature } = headers;
  if (typeof signature !== "string") return false;
  const [, hex = ""] = /^sha256=([0-9a-f]{64})$/.exec(signature) ?? [];
  const given = Buffer.from(hex, "hex");
  const expected = createHmac("sha256", key).update(rawBody).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answerCheck(query: URLSearchParams, token: string | undefined): string | null {
  const {
    "hub.mode": mode,
    "hub.verify_token": given = "",
    "hub.challenge": challenge = "",
  } = Object.fromEntries(query);
  if (token === undefined || mode !== "subscribe" || !/^[\w-]{1,256}$/.test(challenge)) return null;
  // Hashes are of one length, whatever was given.
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(given), digest(token)) ? challenge : null;
}

const short = signedText(1_024);
const id = z.string().regex(/^[\x21-\x7e]{1,512}$/);
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform((digits) => Number(digits) * 1_000);
/** Meta writes numbers without the leading +. */
const number = z.string().regex(/^\d{5,20}$/);

const list = z.array(z.unknown()).max(10_000).default([]);
const Payload = z.object({
  entry: z.array(
    z.object({
      changes: z.array(z.object({ value: z.object({ statuses: list, messages: list }) })),
    }),
  ),
});
const Status = z.object({
  id,
  status: short,
  timestamp: seconds,
  recipient_id: number,
  biz_opaque_callback_data: short.optional(),
  errors: z
    .array(
      z.object({
        code: z.int(),
        title: short.optional(),
        error_data: z.object({ details: signedText(10_000) }).optional(),
      }),
    )
    .default([]),
});
type Status = z.infer<typeof Status>;
const Message = z.object({
  id,
  from: number,
  timestamp: seconds,
  text: z.object({ body: z.string() }).optional(),
});

/** `sent` is on the way. */
const KINDS: Partial<Record<string, "delivered" | "read" | "bounced">> = {
  delivered: "delivered",
  read: "read",
  failed: "bounced",
};

function readStatus(status: Status | undefined, now: number): Receipt[] {
  const kind = status && KINDS[status.status];
  if (status === undefined || kind === undefined) return [];
  const [error] = status.errors;
  const what = error?.error_data?.details ?? error?.title;
  return [
    {
      eventId: `${status.id}:${status.status}`,
      kind,
      at: status.timestamp,
      reference: referenceOf(status),
      providerMessageId: status.id,
      ...(error && { detail: `WhatsApp error ${error.code}${what ? `: ${what}` : ""}` }),
      ...(error && suppressionOf(error.code, `+${status.recipient_id}`, now)),
    },
  ];
}

/** Not deliverable: of several causes, none for good. Opted out of marketing: other messages may ignore it. */
const UNDELIVERABLE = 131026;
const OPTED_OUT = 131050;
const MONTH_MS = 30 * 86_400_000;

function suppressionOf(code: number, address: string, now: number): Pick<Receipt, "suppress"> {
  if (code === OPTED_OUT) return { suppress: { address, reason: "unsubscribe" } };
  if (code !== UNDELIVERABLE) return {};
  return { suppress: { address, reason: "recipient_gone", until: now + MONTH_MS } };
}

/** What the sender wrote into the message, as a query string. */
function referenceOf({ biz_opaque_callback_data: data = "" }: Status): Receipt["reference"] {
  const query = new URLSearchParams(data);
  const tenant = query.get("tenant");
  const notificationId = query.get("notification_id");
  const deliveryId = query.get("delivery_id") ?? undefined;
  return tenant === null || notificationId === null ? null : { tenant, notificationId, deliveryId };
}

function readMessage(message: z.infer<typeof Message> | undefined): InboundMessage[] {
  if (message === undefined) return [];
  const { id: eventId, from, timestamp: at, text } = message;
  return [{ kind: "inbound", eventId, at, from: `+${from}`, wish: optOutWish(text?.body ?? "") }];
}
