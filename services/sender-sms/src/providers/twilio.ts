import type { DeliveryRecord } from "@pulsecourier/contracts";
import { secret, text, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpAccount,
  type HttpAnswer,
  type ProviderOutcome,
  rateLimited,
  refusalOf,
} from "@pulsecourier/sender";
import { z } from "zod";

const env = z.object({
  TWILIO_ACCOUNT_SID: text()
    .regex(/^AC[0-9a-fA-F]{32}$/, "expected AC and 32 hexadecimal digits")
    .describe("The account that sends"),
  TWILIO_AUTH_TOKEN: secret().describe("The account's auth token"),
  TWILIO_FROM: text().describe(
    "Sender of text messages: a number of the account, an alphanumeric id, or the SID of a messaging service",
  ),
  TWILIO_BASE_URL: url("https", "http")
    .default("https://api.twilio.com")
    .describe("Twilio's API; a regional one such as https://api.dublin.ie1.twilio.com"),
  TWILIO_STATUS_CALLBACK_URL: url("https", "http")
    .optional()
    .describe(
      "Gateway's /v1/providers/twilio/webhooks as Twilio reaches it; unset, no receipts come",
    ),
});

/**
 * Twilio's Messages, `POST /2010-04-01/Accounts/{sid}/Messages.json`
 * (https://www.twilio.com/docs/messaging/api/message-resource). It knows no idempotency key.
 */
export const twilio = defineProvider({
  name: "twilio",
  env,
  create: (config, deps) => {
    const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token, TWILIO_FROM: from } = config;
    const credentials = Buffer.from(`${account}:${token}`).toString("base64");
    const headers = {
      authorization: `Basic ${credentials}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    return httpAccount({
      baseUrl: config.TWILIO_BASE_URL,
      deps,
      request: ({ address, content, delivery }, { identity }) => ({
        path: `/2010-04-01/Accounts/${account}/Messages.json`,
        headers,
        body: new URLSearchParams({
          To: address,
          ...senderOf(identity.senderId ?? from),
          Body: content["text"] ?? "",
          ...statusCallback(config.TWILIO_STATUS_CALLBACK_URL, delivery),
        }).toString(),
      }),
      read: readAnswer,
    });
  },
});

function senderOf(id: string): Record<string, string> {
  return /^MG[0-9a-fA-F]{32}$/.test(id) ? { MessagingServiceSid: id } : { From: id };
}

/** Receipts come to a URL that names what they are about. */
function statusCallback(
  base: string | undefined,
  { id, tenant, notificationId }: DeliveryRecord,
): Record<string, string> {
  if (base === undefined) return {};
  const callback = new URL(base);
  callback.searchParams.set("tenant", tenant);
  callback.searchParams.set("notification_id", notificationId);
  callback.searchParams.set("delivery_id", id);
  return { StatusCallback: callback.href };
}

const Accepted = z.object({ sid: z.string().min(1) });
const Refused = z.object({ code: z.int().nullish(), message: z.string() });

// https://www.twilio.com/docs/api/errors
/** Not a phone number; not a mobile one. */
const GONE = new Set([21211, 21614]);
/** The recipient has replied STOP. */
const STOPPED = 21610;
/** `Body` over 1,600 characters. */
const TOO_LARGE = new Set([21617, 21605]);
/** The sender's queue is full; too many requests. */
const SLOW_DOWN = new Set([21611, 20429]);
/** The account is refused: credentials, suspension. */
const MISCONFIGURED = new Set([20003, 20005, 20404]);
/** `From` or the messaging service is none, not the account's, or cannot send text messages. */
const SENDER_REFUSED = new Set([21212, 21603, 21606, 21659, 21660, 21701, 21703, 21705]);

/** What Twilio's answer means; exported for its table test. Throws when a 2xx names no message. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    return { kind: "sent", providerMessageId: Accepted.parse(JSON.parse(body)).sid };
  }
  const { code, message } = readRefusal(body);
  const detail = `Twilio answered ${status}${code ? `, error ${code}` : ""}: ${message}`;
  if (code === undefined || code === null) return refusalOf({ status, headers }, detail);
  if (GONE.has(code)) return { kind: "recipient_gone", detail };
  if (code === STOPPED) return { kind: "permanent", code: "recipient_stopped", detail };
  if (TOO_LARGE.has(code)) return { kind: "permanent", code: "content_too_large", detail };
  if (SLOW_DOWN.has(code)) return rateLimited(headers, detail);
  if (SENDER_REFUSED.has(code)) return { kind: "sender_refused", detail };
  if (MISCONFIGURED.has(code)) return { kind: "config", detail };
  return refusalOf({ status, headers }, detail);
}

function readRefusal(body: string): z.infer<typeof Refused> {
  try {
    return Refused.parse(JSON.parse(body));
  } catch {
    return { message: body.slice(0, 200) };
  }
}
