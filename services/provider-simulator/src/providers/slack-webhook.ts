import { jsonOf } from "../json-of.ts";
import type { Answer, HttpProvider, Reception } from "../provider.ts";
import { retryAfter } from "../retry-after.ts";
import { slackEntry, slackErrorIn, slackMessage } from "./slack-check.ts";

const path = /^\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/\w+$/;

// https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
const errors: Record<number, string> = {
  400: "invalid_payload",
  401: "invalid_token",
  403: "action_prohibited",
  404: "no_service",
  410: "channel_is_archived",
  413: "msg_too_long",
  429: "rate_limited",
};

/** Slack's incoming webhooks: every URL of their form posts to a channel of its own. */
export const slackWebhook: HttpProvider = {
  name: "slack-webhook",
  channel: "slack",
  maxBodyBytes: 1024 * 1024,
  serves: (requested) => path.test(requested),
  receive({ method, path: requested, body, id }) {
    if (method !== "POST") return refused(405, "method_not_allowed");
    const message = slackMessage.safeParse(jsonOf(body));
    if (!message.success) return refused(400, "invalid_payload");
    const error = slackErrorIn(message.data);
    if (error !== undefined) return refused(400, error);
    // The channel is known to Slack only; the webhook's id stands for it.
    const to = [requested.split("/")[3] ?? ""];
    return {
      answer: plain(200, "ok"),
      messages: [{ id, to, ...slackEntry(message.data) }],
    };
  },
  refuse: (status, retryAfterSeconds) =>
    plain(status, errors[status] ?? "rollup_error", retryAfter(retryAfterSeconds)),
};

function refused(status: number, error: string): Reception {
  return { answer: plain(status, error), messages: [] };
}

function plain(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "text/html", ...headers }, body };
}
