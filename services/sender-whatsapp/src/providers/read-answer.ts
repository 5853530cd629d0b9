import type { ErrorCode } from "@pulsecourier/contracts";
import {
  type HttpAnswer,
  type ProviderOutcome,
  rateLimited,
  refusalOf,
} from "@pulsecourier/sender";
import { z } from "zod";

const Accepted = z.object({ messages: z.tuple([z.object({ id: z.string().min(1) })]) });
const Refused = z.object({
  error: z.object({
    message: z.string(),
    code: z.int().optional(),
    error_subcode: z.int().optional(),
    error_data: z.object({ details: z.string() }).optional().catch(undefined),
  }),
});
type Refusal = z.infer<typeof Refused>["error"];

const OUTSIDE_WINDOW = 131047;
const PAIR_LIMIT = 131056;
const SPAM_LIMIT = 131048;
const MARKETING_LIMIT = 131049;
const HOUR_MS = 3_600_000;

// https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: codes, never titles.
/** The values make the text longer than its template may be. */
const TOO_LARGE = new Set([132005]);
/** Calls of the app, of the account; messages of the number. */
const SLOW_DOWN = new Set([4, 80007, 130429]);
/** Temporary at Meta, or at the account while it is moved or serviced. */
const TRANSIENT = new Set([1, 2, 131000, 131016, 131057, 133004]);
/** The token, its rights, the account or its number: nobody could be sent to. */
const MISCONFIGURED = new Set([0, 3, 10, 190, 368, 131005, 131031, 131037, 131042, 131045, 133010]);
/** This message to this recipient, whatever the HTTP status: parameters, type, template. */
const PERMANENT = new Set([
  100, 130472, 130497, 131008, 131009, 131021, 131030, 131051, 132000, 132001, 132007, 132012,
  132015, 132016, 132018,
]);
/**
 * The recipient: 131026, not deliverable, has several causes Meta does not tell apart, none for good; 131050 is an
 * opt-out of marketing, which other messages may ignore.
 */
const RECIPIENT: Record<number, ErrorCode> = {
  131026: "recipient_unreachable",
  131050: "recipient_unsubscribed",
};

/** What Meta's answer means; exported for its table test. Throws when a 2xx names no message. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    return { kind: "sent", providerMessageId: Accepted.parse(JSON.parse(body)).messages[0].id };
  }
  const refused = readRefusal(body);
  const { code, error_data: data } = refused;
  const what = [refused.message, data?.details].filter(Boolean).join(": ");
  const detail = `WhatsApp answered ${status}${code === undefined ? "" : `, error ${code}`}: ${what}`;
  if (code === undefined) return refusalOf({ status, headers }, detail);
  if (code === OUTSIDE_WINDOW) return { kind: "permanent", detail: `${OUTSIDE}; ${detail}` };
  if (TOO_LARGE.has(code)) return { kind: "permanent", code: "content_too_large", detail };
  if (SLOW_DOWN.has(code)) return rateLimited(headers, detail);
  if (TRANSIENT.has(code)) return { kind: "transient", detail };
  // The phone number's id does not exist, or the token does not see it.
  if (code === 100 && refused.error_subcode === 33) return { kind: "sender_refused", detail };
  if (isMisconfigured(refused)) return { kind: "config", detail };
  if (PERMANENT.has(code)) return { kind: "permanent", detail };
  const { [code]: recipient } = RECIPIENT;
  if (recipient !== undefined) return { kind: "permanent", code: recipient, detail };
  return limited(code, detail) ?? refusalOf({ status, headers }, detail);
}

const OUTSIDE =
  "the recipient has not written within 24 hours, so only a template may be sent: set `template` instead of `text`";

/** Limits with a wait of their own: one message in 6 s to a recipient; spam reports; marketing a recipient gets. */
function limited(code: number, detail: string): ProviderOutcome | null {
  const kind = "rate_limited";
  if (code === PAIR_LIMIT) return { kind, scope: "recipient", retryAfterMs: 6_000, detail };
  if (code === SPAM_LIMIT) return { kind, retryAfterMs: 4 * HOUR_MS, detail };
  if (code === MARKETING_LIMIT)
    return { kind, scope: "recipient", retryAfterMs: 24 * HOUR_MS, detail };
  return null;
}

function isMisconfigured({ code = -1 }: Refusal): boolean {
  // 200 to 299: a right is missing.
  return MISCONFIGURED.has(code) || (code >= 200 && code < 300);
}

function readRefusal(body: string): Refusal {
  try {
    return Refused.parse(JSON.parse(body)).error;
  } catch {
    return { message: body.slice(0, 200) };
  }
}
