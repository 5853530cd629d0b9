import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer, slackWebhook } from "./slack-webhook.ts";

testProvider({
  provider: slackWebhook,
  start: () => startProvider("slack-webhook"),
  account: ({ url }) => ({
    SLACK_WEBHOOK_URL: `${url}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`,
    SLACK_WEBHOOK_CHANNEL: "C0123ABCDEF",
  }),
  message: { address: "C0123ABCDEF", content: { text: "*Order A-1* is on its way 👋" } },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: { next: [{ status: 410 }] },
    config: { next: [{ status: 404 }] },
  },
  unreadable: { next: [{ status: 200, body: "<html>" }] },
  namesMessages: false,
});

test.each([
  [200, {}, "ok", { kind: "sent" }],
  [400, {}, "invalid_payload", { kind: "permanent" }],
  [400, {}, "invalid_blocks", { kind: "permanent" }],
  [400, {}, "msg_too_long", { kind: "permanent", code: "content_too_large" }],
  [400, {}, "user_not_found", { kind: "recipient_gone" }],
  [403, {}, "action_prohibited", { kind: "config" }],
  [403, {}, "invalid_token", { kind: "config" }],
  [404, {}, "channel_not_found", { kind: "recipient_gone" }],
  [404, {}, "no_service", { kind: "config", detail: "Slack's webhook answered 404: no_service" }],
  [410, {}, "channel_is_archived", { kind: "recipient_gone" }],
  [429, { "retry-after": "7" }, "rate_limited", { kind: "rate_limited", retryAfterMs: 7_000 }],
  [500, {}, "rollup_error", { kind: "transient" }],
] as const)("the webhook's answer %d %o %s", (status, headers, body, outcome) => {
  expect(readAnswer({ status, headers, body })).toMatchObject(outcome);
});

test.each(["", "<html>", '{"ok":true}'])("a 200 with %j is not its ok", (body) => {
  expect(() => readAnswer({ status: 200, headers: {}, body })).toThrow();
});
