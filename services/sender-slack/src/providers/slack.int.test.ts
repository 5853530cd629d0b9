import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer, slack } from "./slack.ts";

testProvider({
  provider: slack,
  start: () => startProvider("slack"),
  account: ({ url }) => ({ SLACK_BOT_TOKEN: "xoxb-token", SLACK_BASE_URL: `${url}/api` }),
  message: {
    address: "C0123ABCDEF",
    content: { text: "*Order A-1* is on its way 👋", blocks: '[{"type":"divider"}]' },
  },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: {
      next: [{ status: 404, body: { ok: false, error: "is_archived" } }],
    },
  },
  unreadable: { next: [{ status: 200, body: "<html>" }] },
});

const refusal = (error: string) => JSON.stringify({ ok: false, error });

test.each([
  [200, {}, '{"ok":true,"channel":"C1","ts":"1.000001"}', { providerMessageId: "1.000001" }],
  [200, {}, refusal("channel_not_found"), { kind: "recipient_gone" }],
  [200, {}, refusal("is_archived"), { kind: "recipient_gone" }],
  [200, {}, refusal("not_in_channel"), { kind: "recipient_gone" }],
  [200, {}, refusal("user_not_found"), { kind: "recipient_gone" }],
  [200, {}, refusal("msg_too_long"), { kind: "permanent", code: "content_too_large" }],
  [200, {}, refusal("msg_blocks_too_long"), { kind: "permanent", code: "content_too_large" }],
  [200, {}, refusal("no_text"), { kind: "permanent", detail: "Slack answered no_text" }],
  [200, {}, refusal("restricted_action"), { kind: "permanent" }],
  [200, {}, refusal("invalid_auth"), { kind: "config" }],
  [200, {}, refusal("token_revoked"), { kind: "config" }],
  [200, {}, refusal("missing_scope"), { kind: "config" }],
  [200, {}, refusal("account_inactive"), { kind: "config" }],
  [200, {}, refusal("method_deprecated"), { kind: "config" }],
  [200, {}, refusal("rate_limited"), { kind: "rate_limited" }],
  [200, {}, refusal("message_limit_exceeded"), { kind: "rate_limited", scope: "account" }],
  [429, { "retry-after": "7" }, refusal("ratelimited"), { retryAfterMs: 7_000 }],
  [200, {}, refusal("internal_error"), { kind: "ambiguous" }],
  [200, {}, refusal("fatal_error"), { kind: "ambiguous" }],
  [200, {}, refusal("service_unavailable"), { kind: "transient" }],
  [503, {}, "", { kind: "transient" }],
  [404, {}, "<html>", { kind: "config", detail: "Slack answered 404: <html>" }],
] as const)("Slack's answer %d %o %s", (status, headers, body, outcome) => {
  expect(readAnswer({ status, headers, body })).toMatchObject(outcome);
});

test("says what is wrong with blocks as Slack says it", () => {
  const messages = ["[ERROR] must be less than 51 items [json-pointer:/blocks]"];
  const body = JSON.stringify({
    ok: false,
    error: "invalid_blocks",
    response_metadata: { messages },
  });
  const detail = `Slack answered invalid_blocks ${messages[0]}`;
  expect(readAnswer({ status: 200, headers: {}, body })).toEqual({ kind: "permanent", detail });
});

test.each(["", "<html>", "{}", '{"ok":true}', '{"ok":false}'])("a 200 with %j", (body) => {
  expect(() => readAnswer({ status: 200, headers: {}, body })).toThrow();
});
