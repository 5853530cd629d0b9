import { secret, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpAccount,
  type HttpAnswer,
  type ProviderOutcome,
  refusalOf,
  tellLimitsApart,
} from "@pulsecourier/sender";
import { z } from "zod";

const env = z.object({
  TELEGRAM_BOT_TOKEN: secret()
    .regex(/^\d+:[\w-]+$/, "expected a bot's id, a colon and its secret")
    .describe("Token of the bot that sends, as @BotFather gave it"),
  TELEGRAM_BASE_URL: url("https", "http")
    .default("https://api.telegram.org")
    .describe("Telegram's Bot API, or a server of your own"),
});

/**
 * Telegram's `sendMessage` (https://core.telegram.org/bots/api#sendmessage). It knows no idempotency key. The token is
 * part of the path, which therefore never goes into a detail.
 */
export const telegram = defineProvider({
  name: "telegram",
  env,
  create: ({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_BASE_URL: baseUrl }, deps) =>
    tellLimitsApart(
      httpAccount({
        baseUrl,
        deps,
        request: ({ address, content }) => ({
          path: `/bot${token}/sendMessage`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ chat_id: address, text: content["text"], parse_mode: "HTML" }),
        }),
        read: readAnswer,
      }),
      {
        ofChat: (address) => (/^[-@]/.test(address) ? GROUP_LIMITS : CHAT_LIMITS),
        ofAccount: { calls: 30, ms: 1_000 },
      },
    ),
});

// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
const CHAT_LIMITS = [{ calls: 1, ms: 1_000 }];
const GROUP_LIMITS = [...CHAT_LIMITS, { calls: 20, ms: 60_000 }];

const Accepted = z.object({ ok: z.literal(true), result: z.object({ message_id: z.int() }) });
// https://core.telegram.org/bots/api#responseparameters
const Refused = z.object({
  ok: z.literal(false),
  description: z.string().default(""),
  parameters: z
    .object({ migrate_to_chat_id: z.int().optional(), retry_after: z.int().min(0).optional() })
    .default({}),
});

/** Telegram has no codes beyond the status; the words are those of its own server. */
const GONE = /chat not found|user not found|peer_id_invalid|group chat was (upgraded|deactivated)/i;
const TOO_LARGE = /message is too long|message_too_long/i;

/** What Telegram's answer means; exported for its table test. Throws when a 2xx names no message. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    const { message_id: id } = Accepted.parse(JSON.parse(body)).result;
    return { kind: "sent", providerMessageId: String(id) };
  }
  const { description, parameters } = readRefusal(body);
  const { migrate_to_chat_id: moved, retry_after: seconds } = parameters;
  const detail = `Telegram answered ${status}: ${description}`;
  if (moved !== undefined)
    return { kind: "recipient_gone", detail: `${detail}; the chat's id is now ${moved}` };
  // 403: blocked by the user, kicked from the group, never started by the user, deactivated.
  if (status === 403 || (status === 400 && GONE.test(description)))
    return { kind: "recipient_gone", detail };
  if (status === 400 && TOO_LARGE.test(description))
    return { kind: "permanent", code: "content_too_large", detail };
  if (status === 429 && seconds !== undefined)
    return { kind: "rate_limited", detail, retryAfterMs: seconds * 1_000 };
  return refusalOf({ status, headers }, detail);
}

function readRefusal(body: string): Pick<z.infer<typeof Refused>, "description" | "parameters"> {
  try {
    return Refused.parse(JSON.parse(body));
  } catch {
    return { description: body.slice(0, 200), parameters: {} };
  }
}
