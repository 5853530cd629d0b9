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
  VONAGE_API_KEY: text().describe("Key of the account that sends"),
  VONAGE_API_SECRET: secret().describe("The account's API secret"),
  VONAGE_FROM: text().describe(
    "Sender of text messages: a number of the account or an alphanumeric id",
  ),
  VONAGE_BASE_URL: url("https", "http")
    .default("https://api.nexmo.com")
    .describe("Vonage's API; a regional one such as https://api-eu.vonage.com"),
  VONAGE_STATUS_CALLBACK_URL: url("https", "http")
    .optional()
    .describe(
      "Gateway's /v1/providers/vonage/webhooks as Vonage reaches it; unset, no receipts come",
    ),
});

/** Vonage's Messages API, `POST /v1/messages` (https://developer.vonage.com/en/api/messages); echoes `client_ref`. */
export const vonage = defineProvider({
  name: "vonage",
  env,
  create: (config, deps) => {
    const { VONAGE_API_KEY: key, VONAGE_API_SECRET: apiSecret, VONAGE_FROM: from } = config;
    const credentials = Buffer.from(`${key}:${apiSecret}`).toString("base64");
    const headers = { authorization: `Basic ${credentials}`, "content-type": "application/json" };
    return httpAccount({
      baseUrl: config.VONAGE_BASE_URL,
      deps,
      request: ({ address, content, delivery }, { idempotencyKey, identity }) => ({
        path: "/v1/messages",
        headers,
        body: JSON.stringify({
          channel: "sms",
          message_type: "text",
          // Vonage takes numbers without the leading +.
          to: address.replace(/^\+/, ""),
          from: (identity.senderId ?? from).replace(/^\+/, ""),
          text: content["text"] ?? "",
          client_ref: idempotencyKey,
          ...statusCallback(config.VONAGE_STATUS_CALLBACK_URL, delivery),
        }),
      }),
      read: readAnswer,
    });
  },
});

/** Receipts come to a URL that names what they are about. */
function statusCallback(base: string | undefined, { tenant, notificationId }: DeliveryRecord) {
  if (base === undefined) return {};
  const callback = new URL(base);
  callback.searchParams.set("tenant", tenant);
  callback.searchParams.set("notification_id", notificationId);
  return { webhook_url: callback.href, webhook_version: "v1" };
}

const Accepted = z.object({ message_uuid: z.string().min(1) });
const Refused = z.object({
  type: z.string().default(""),
  title: z.string(),
  detail: z.string().default(""),
});

// https://developer.vonage.com/en/api-errors/messages; `type` ends in # and the code.
/** The number is barred; no such number. */
const GONE = new Set(["1050", "1170"]);
const TOO_LARGE = "1090";
const THROTTLED = "1000";
/** Internal error; message not submitted. */
const TRANSIENT = new Set(["1030", "1100"]);
/** The account is barred, out of credit or not provisioned; a facility is refused. */
const MISCONFIGURED = new Set(["1060", "1070", "1080", "1140"]);
const SENDER_REFUSED = "1120";

/** What Vonage's answer means; exported for its table test. Throws when a 2xx names no message. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    return { kind: "sent", providerMessageId: Accepted.parse(JSON.parse(body)).message_uuid };
  }
  const refused = readRefusal(body);
  const code = /#(\d{4})$/.exec(refused.type)?.[1] ?? "";
  const what = [refused.title, refused.detail].filter(Boolean).join(": ");
  const detail = `Vonage answered ${status}${code && `, error ${code}`}: ${what}`;
  if (GONE.has(code)) return { kind: "recipient_gone", detail };
  if (code === TOO_LARGE) return { kind: "permanent", code: "content_too_large", detail };
  if (code === THROTTLED) return rateLimited(headers, detail);
  if (TRANSIENT.has(code)) return { kind: "transient", detail };
  if (code === SENDER_REFUSED) return { kind: "sender_refused", detail };
  if (MISCONFIGURED.has(code)) return { kind: "config", detail };
  return refusalOf({ status, headers }, detail);
}

function readRefusal(body: string): z.infer<typeof Refused> {
  try {
    return Refused.parse(JSON.parse(body));
  } catch {
    return { type: "", title: body.slice(0, 200), detail: "" };
  }
}
