import {
  type HttpAnswer,
  type ProviderOutcome,
  rateLimited,
  refusalOf,
} from "@pulsecourier/sender";
import { z } from "zod";

const Accepted = z.object({ name: z.string().min(1) });
const Detail = z.object({
  errorCode: z.string().optional(),
  fieldViolations: z
    .array(z.object({ field: z.string().default(""), description: z.string().default("") }))
    .optional(),
});
const Refused = z.object({
  error: z.object({
    status: z.string().default(""),
    message: z.string().default(""),
    details: z.array(Detail).default([]),
  }),
});
type Refused = z.infer<typeof Refused>["error"];

/** Without `Retry-After` FCM wants a minute. */
const QUOTA_WAIT_MS = 60_000;

/**
 * What FCM's answer means; exported for its table test. Throws when a 2xx names no message.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
 */
export function readFcmAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300)
    return { kind: "sent", providerMessageId: Accepted.parse(JSON.parse(body)).name };
  const refused = readRefusal(body);
  const code = refused.details.find(({ errorCode }) => errorCode !== undefined)?.errorCode;
  const what = code ?? refused.status;
  const detail = `FCM answered ${status}${what && `, ${what}`}: ${refused.message}`;
  switch (code) {
    case "UNREGISTERED":
      return { kind: "recipient_gone", detail };
    case "INVALID_ARGUMENT":
      return invalid(refused, detail);
    case "SENDER_ID_MISMATCH":
      // A token of another project: that one token is at fault, and the account is not.
      return { kind: "permanent", detail };
    case "THIRD_PARTY_AUTH_ERROR":
      return { kind: "config", detail };
    case "QUOTA_EXCEEDED":
      return { retryAfterMs: QUOTA_WAIT_MS, ...rateLimited(headers, detail) };
    case "UNAVAILABLE":
      return headers["retry-after"] === undefined
        ? { kind: "transient", detail }
        : rateLimited(headers, detail);
    default:
      if (status === 400) return invalid(refused, detail);
      return refusalOf({ status, headers }, detail);
  }
}

/** The same code says that the token is none and that the message is wrong; the details tell which. */
function invalid({ message, details }: Refused, detail: string): ProviderOutcome {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations);
  const isToken = /registration token/i;
  if (isToken.test(message) || fields.some(({ field }) => field === "message.token"))
    return { kind: "recipient_gone", detail };
  const tooLarge = /too (?:big|large|long)/i;
  if (tooLarge.test(message) || fields.some(({ description }) => tooLarge.test(description)))
    return { kind: "permanent", code: "content_too_large", detail };
  return { kind: "permanent", detail };
}

function readRefusal(body: string): Refused {
  try {
    return Refused.parse(JSON.parse(body)).error;
  } catch {
    return { status: "", message: body.slice(0, 200), details: [] };
  }
}
