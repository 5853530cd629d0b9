import { text, url } from "@pulsecourier/runtime";
import {
  defineProvider,
  httpAccount,
  type HttpAnswer,
  type ProviderOutcome,
  refusalOf,
} from "@pulsecourier/sender";
import { z } from "zod";
import { slackMessage } from "./slack-message.ts";

const env = z.object({
  SLACK_WEBHOOK_URL: url("https", "http").meta({
    secret: true,
    description: "An incoming webhook; whoever knows its URL can post",
  }),
  SLACK_WEBHOOK_CHANNEL: text().describe(
    "Id of the one channel the webhook posts to; messages to others go through other accounts",
  ),
});

/**
 * A Slack incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): it posts to the
 * channel it was made for and nowhere else, so that is the only address it takes. Its answers name no message.
 */
export const slackWebhook = defineProvider({
  name: "slack-webhook",
  env,
  create: ({ SLACK_WEBHOOK_URL: webhook, SLACK_WEBHOOK_CHANNEL: channel }, deps) => ({
    ...httpAccount({
      baseUrl: webhook,
      deps,
      request: ({ content }) => ({
        path: "",
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(slackMessage(content)),
      }),
      read: readAnswer,
    }),
    takes: (address) => address === channel,
  }),
});

// https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
const GONE = new Set(["channel_not_found", "channel_is_archived", "user_not_found"]);
const TOO_LARGE = new Set(["msg_too_long", "msg_blocks_too_long"]);

/** What the webhook's answer means; exported for its table test. Throws when a 2xx is not the `ok` of a message taken. */
export function readAnswer({ status, headers, body }: HttpAnswer): ProviderOutcome {
  if (status >= 200 && status < 300) {
    z.literal("ok").parse(body.trim());
    return { kind: "sent" };
  }
  const error = body.trim().slice(0, 200);
  const detail = `Slack's webhook answered ${status}: ${error}`;
  if (GONE.has(error)) return { kind: "recipient_gone", detail };
  if (TOO_LARGE.has(error)) return { kind: "permanent", code: "content_too_large", detail };
  // 403 `action_prohibited`, 404 `no_service` and the like: the webhook was withdrawn or may not post.
  return refusalOf({ status, headers }, detail);
}
