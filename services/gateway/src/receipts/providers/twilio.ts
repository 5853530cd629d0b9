import { createHmac, timingSafeEqual } from "node:crypto";
import { secret } from "@pulsecourier/runtime";
import { optOutWish } from "../opt-out-wish.ts";
import type { InboundMessage, Receipt, ReceiptProvider, ReceiptRequest } from "../receipt.ts";

/**
 * Twilio's status callbacks and messages recipients wrote: a form each, signed by HMAC-SHA1 over the URL as Twilio called it and the form's
 * fields in order of their names. They carry no time: a repeat is told by message and status alone.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export const twilio: ReceiptProvider = {
  name: "twilio",
  channel: "sms",
  env: {
    TWILIO_WEBHOOK_AUTH_TOKEN: secret()
      .optional()
      .describe("Auth token of the Twilio account, which signs its callbacks"),
  },
  open({ TWILIO_WEBHOOK_AUTH_TOKEN: token }) {
    return token === undefined ? null : { verify: (request) => isSigned(request, token) };
  },
  read({ url, rawBody, now }) {
    const form = formOf(rawBody);
    return form.has("MessageStatus") ? readStatus(new URL(url), form, now) : readInbound(form);
  },
};

const formOf = (rawBody: Buffer) => new URLSearchParams(rawBody.toString("utf8"));

function isSigned({ url, headers, rawBody }: ReceiptRequest, token: string): boolean {
  const { "x-twilio-signature": signature } = headers;
  if (typeof signature !== "string") return false;
  const fields = [...formOf(rawBody)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const signed = url + fields.map(([name, value]) => name + value).join("");
  const expected = createHmac("sha1", token).update(signed).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Unknown or no longer existing handset; landline. https://www.twilio.com/docs/api/errors */
const GONE = new Set(["30005", "30006"]);
const STOPPED = "21610";

function readStatus(url: URL, form: URLSearchParams, now: number): Receipt[] {
  const sid = form.get("MessageSid") ?? "";
  const status = form.get("MessageStatus") ?? "";
  const kind = KINDS[status];
  if (kind === undefined || !/^[\w-]{1,64}$/.test(sid)) return [];
  const tenant = url.searchParams.get("tenant");
  const notificationId = url.searchParams.get("notification_id");
  const deliveryId = url.searchParams.get("delivery_id") ?? undefined;
  const code = form.get("ErrorCode");
  return [
    {
      eventId: `${sid}:${status}`,
      kind,
      at: now,
      reference:
        tenant === null || notificationId === null ? null : { tenant, notificationId, deliveryId },
      providerMessageId: sid,
      ...(code !== null && { detail: `Twilio error ${code.slice(0, 16)}` }),
      ...(code !== null && suppressionOf(code, form.get("To") ?? "")),
    },
  ];
}

/** With Advanced Opt-Out Twilio knows the words, in languages and of the account's choice. */
const OPT_OUT_TYPES: Record<string, InboundMessage["wish"]> = { STOP: "stop", START: "start" };

function readInbound(form: URLSearchParams): InboundMessage[] {
  const sid = form.get("MessageSid") ?? "";
  const from = form.get("From") ?? "";
  if (form.get("SmsStatus") !== "received" || !/^[\w-]{1,64}$/.test(sid) || from.length > 64)
    return [];
  const wish = OPT_OUT_TYPES[form.get("OptOutType") ?? ""] ?? optOutWish(form.get("Body") ?? "");
  return [{ kind: "inbound", eventId: sid, from, wish }];
}

/** `queued`, `sending`, `sent` and the like are on the way. */
const KINDS: Record<string, "delivered" | "read" | "bounced"> = {
  delivered: "delivered",
  read: "read",
  undelivered: "bounced",
  failed: "bounced",
};

function suppressionOf(code: string, address: string): Pick<Receipt, "suppress"> {
  if (code === STOPPED) return { suppress: { address, reason: "stop" } };
  return GONE.has(code) ? { suppress: { address, reason: "hard_bounce" } } : {};
}
