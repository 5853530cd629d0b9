import { secret, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpAccount,
  type HttpAnswer,
  type ProviderOutcome,
  rateLimited,
  refusalOf,
  tellLimitsApart,
} from "@pulsecourier/sender";
import { z } from "zod";
import { slackMessage } from "./slack-message.ts";

const env = z.object({
  SLACK_BOT_TOKEN: secret()
    .regex(/^xox[bpe]/, "expected a token that starts with xoxb-")
    .describe("Token of the bot that sends; it needs the scope chat:write"),
  SLACK_BASE_URL: url("https", "http").default("https://slack.com/api").describe("Slack's Web API"),
});

/** Slack's `chat.postMessage` (https://docs.slack.dev/reference/methods/chat.postMessage). It knows no idempotency key. */
export const slack = defineProvider({
  name: "slack",
  env,
  create: (config, deps) => {
    const headers = {
      authorization: `Bearer ${config.SLACK_BOT_TOKEN}`,
      "content-type": "application/json; charset=utf-8",
    };
    const account = httpAccount({
      baseUrl: config.SLACK_BASE_URL,
      deps,
      request: ({ address, content }) => ({
        path: "/chat.postMessage",
        headers,
        body: JSON.stringify({ channel: address, ...slackMessage(content) }),
      }),
      read: readAnswer,
    });
    return tellLimitsApart(account, { ofChat: () => CHANNEL_LIMITS });
  },
});

// https://docs.slack.dev/reference/methods/chat.postMessage#rate_limiting: the workspace's limit has no number.
const CHANNEL_LIMITS = [{ calls: 1, ms: 1_000 }];

const Answer = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), ts: z.string().min(1) }),
  z.object({
    ok: z.literal(false),
    error: z.string(),
    response_metadata: z.object({ messages: z.array(z.string()).default([]) }).optional(),
  }),
]);

// https://docs.slack.dev/reference/methods/chat.postMessage#errors; what is in none of the sets is about the message.
const GONE = new Set(
  "channel_not_found is_archived not_in_channel user_not_found user_disabled".split(" "),
);
const TOO_LARGE = new Set(["msg_too_long", "msg_blocks_too_long"]);
/** Of the channel or of the workspace: Slack does not say. */
const SLOW_DOWN = new Set(["ratelimited", "rate_limited"]);
const WORKSPACE_LIMIT = "message_limit_exceeded";
const TRANSIENT = new Set(["service_unavailable", "request_timeout", "team_added_to_org"]);
/** Slack says that part of the operation may have succeeded. */
const AMBIGUOUS = new Set(["fatal_error", "internal_error"]);
/** The token, its scopes or the workspace are refused. */
const MISCONFIGURED = new Set(
  "not_authed invalid_auth account_inactive token_revoked token_expired no_permission missing_scope \
not_allowed_token_type access_denied accesslimited ekm_access_denied enterprise_is_restricted \
org_login_required team_access_not_granted two_factor_setup_required deprecated_endpoint \
method_deprecated invalid_app_id messages_tab_disabled".split(" "),
);

/** What Slack's answer means; exported for its table test. Throws when a 2xx says nothing that can be read. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status < 200 || status > 299) {
    return refusalOf({ status, headers }, `Slack answered ${status}: ${body.slice(0, 200)}`);
  }
  const answer = Answer.parse(JSON.parse(body));
  if (answer.ok) return { kind: "sent", providerMessageId: answer.ts };
  const { error, response_metadata: more } = answer;
  const detail = ["Slack answered", error, ...(more?.messages ?? [])].join(" ");
  if (GONE.has(error)) return { kind: "recipient_gone", detail };
  if (TOO_LARGE.has(error)) return { kind: "permanent", code: "content_too_large", detail };
  if (error === WORKSPACE_LIMIT) return { ...rateLimited(headers, detail), scope: "account" };
  if (SLOW_DOWN.has(error)) return rateLimited(headers, detail);
  if (TRANSIENT.has(error)) return { kind: "transient", detail };
  if (AMBIGUOUS.has(error)) return { kind: "ambiguous", detail };
  if (MISCONFIGURED.has(error)) return { kind: "config", detail };
  return { kind: "permanent", detail };
}
