import { createHash, timingSafeEqual } from "node:crypto";
import { secret } from "@pulsecourier/runtime";
import { jwtVerify } from "jose";
import { z } from "zod";
import { optOutWish } from "../opt-out-wish.ts";
import { parseSigned, signedText } from "../parse-signed.ts";
import type { InboundMessage, Receipt, ReceiptProvider, ReceiptRequest } from "../receipt.ts";

/**
 * Webhooks of Vonage's Messages API: a status or a message a recipient wrote, with a JWT (HS256 by the account's
 * signature secret) over the body's hash and a time.
 * https://developer.vonage.com/en/messages/concepts/signed-webhooks
 */
export const vonage: ReceiptProvider = {
  name: "vonage",
  channel: "sms",
  env: {
    VONAGE_WEBHOOK_SIGNATURE_SECRET: secret()
      .optional()
      .describe("Signature secret of the Vonage account, which signs its callbacks"),
  },
  open({ VONAGE_WEBHOOK_SIGNATURE_SECRET: key }) {
    return key === undefined
      ? null
      : { verify: (request) => isSigned(request, Buffer.from(key, "utf8")) };
  },
  read({ url, rawBody, now }) {
    const body = parseSigned(rawBody);
    const status = Status.safeParse(body);
    if (status.success) return readStatus(new URL(url), status.data, now);
    const message = Message.safeParse(body);
    return message.success ? readMessage(message.data) : [];
  },
};

const Claims = z.object({ iat: z.number(), payload_hash: z.string() });

async function isSigned(request: ReceiptRequest, key: Buffer): Promise<boolean> {
  const { headers, rawBody, now, toleranceMs } = request;
  const [, token = ""] = /^Bearer ([\w.-]{1,4096})$/i.exec(headers.authorization ?? "") ?? [];
  try {
    const options = { algorithms: ["HS256"], currentDate: new Date(now) };
    const claims = Claims.parse((await jwtVerify(token, key, options)).payload);
    if (Math.abs(now - claims.iat * 1_000) > toleranceMs) return false;
    const expected = createHash("sha256").update(rawBody).digest();
    const given = Buffer.from(claims.payload_hash, "hex");
    return given.length === expected.length && timingSafeEqual(given, expected);
  } catch {
    return false;
  }
}

const short = signedText(1_024);
const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);
/** Vonage writes numbers without the leading +. */
const number = z.string().regex(/^\d{5,20}$/);
/** Messages write `2026-01-01 14:00:00 UTC`, too; what cannot be read is as good as now. */
const time = short.transform((text) => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
});

const Status = z.object({
  message_uuid: id,
  status: short,
  timestamp: time,
  to: number,
  client_ref: short.default(""),
  error: z
    .object({ type: short.default(""), title: z.coerce.string(), detail: short.default("") })
    .optional(),
});
type Status = z.infer<typeof Status>;
const Message = z.object({
  channel: z.literal("sms"),
  message_uuid: id,
  from: number,
  timestamp: time,
  text: z.string().default(""),
});

/** `submitted` is on the way. */
const KINDS: Partial<Record<string, "delivered" | "read" | "bounced">> = {
  delivered: "delivered",
  read: "read",
  rejected: "bounced",
  undeliverable: "bounced",
};

function readStatus(url: URL, status: Status, now: number): Receipt[] {
  const { [status.status]: kind } = KINDS;
  if (kind === undefined) return [];
  const { message_uuid: uuid, error, client_ref: deliveryId } = status;
  const tenant = url.searchParams.get("tenant");
  const notificationId = url.searchParams.get("notification_id");
  const code = error && codeOf(error);
  return [
    {
      eventId: `${uuid}:${status.status}`,
      kind,
      at: status.timestamp ?? now,
      // The URL is not signed, the delivery's id in the body is.
      reference:
        tenant === null || notificationId === null ? null : { tenant, notificationId, deliveryId },
      providerMessageId: uuid,
      ...(error && { detail: `Vonage error ${code}: ${error.detail || error.title}` }),
      ...(code !== undefined && suppressionOf(code, `+${status.to}`)),
    },
  ];
}

/** `type` ends in # and the code; `title` was the code in older versions. */
function codeOf({ type, title }: NonNullable<Status["error"]>): string {
  return /#(\d{4})$/.exec(type)?.[1] ?? title.slice(0, 16);
}

// https://developer.vonage.com/en/api-errors/messages
/** Barred; no such number; no longer active. */
const GONE = new Set(["1050", "1170", "1190"]);
/** The recipient has answered STOP. */
const STOPPED = "1240";

function suppressionOf(code: string, address: string): Pick<Receipt, "suppress"> {
  if (code === STOPPED) return { suppress: { address, reason: "stop" } };
  return GONE.has(code) ? { suppress: { address, reason: "hard_bounce" } } : {};
}

function readMessage(message: z.infer<typeof Message>): InboundMessage[] {
  const { message_uuid: eventId, from, timestamp, text } = message;
  const at = timestamp === undefined ? {} : { at: timestamp };
  return [{ kind: "inbound", eventId, ...at, from: `+${from}`, wish: optOutWish(text) }];
}
