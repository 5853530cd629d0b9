import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { describe, expect, test } from "vitest";
import { readAnswer, sendgrid } from "./sendgrid.ts";

testProvider({
  provider: sendgrid,
  start: () => startProvider("sendgrid"),
  account: ({ url }) => ({ SENDGRID_API_KEY: "SG.test", SENDGRID_BASE_URL: url }),
  message: { address: "ada@example.com", content: { subject: "Hello", html: "<p>Hello</p>" } },
  behaviours: HTTP_BEHAVIOURS,
});

const NOT_OURS = JSON.stringify({
  errors: [{ message: "The from address does not match a verified Sender Identity." }],
});

describe("SendGrid's answers", () => {
  const inSevenSeconds = String(Math.ceil(Date.now() / 1_000) + 7);
  test.each([
    [202, { "x-message-id": "m" }, "", { kind: "sent", providerMessageId: "m" }],
    [202, {}, "", { kind: "sent" }],
    [
      400,
      {},
      '{"errors":[{"message":"bad subject"}]}',
      { kind: "permanent", detail: "SendGrid answered 400: bad subject" },
    ],
    [413, {}, "", { kind: "permanent", code: "content_too_large" }],
    [401, {}, "", { kind: "config" }],
    [403, {}, "", { kind: "config" }],
    [403, {}, NOT_OURS, { kind: "sender_refused" }],
    [404, {}, "<html>", { kind: "config" }],
    [500, {}, "", { kind: "transient" }],
    [429, {}, "", { kind: "rate_limited" }],
    [429, { "retry-after": "7" }, "", { kind: "rate_limited", retryAfterMs: 7_000 }],
  ] as const)("%d %o", (status, headers, body, outcome) => {
    expect(readAnswer(status, headers, body)).toMatchObject(outcome);
  });
  test("X-RateLimit-Reset is seconds since 1970", () => {
    const outcome = readAnswer(429, { "x-ratelimit-reset": inSevenSeconds }, "");
    expect(outcome).toMatchObject({ kind: "rate_limited" });
    expect("retryAfterMs" in outcome && outcome.retryAfterMs).toBeGreaterThan(1_000);
    expect("retryAfterMs" in outcome && outcome.retryAfterMs).toBeLessThanOrEqual(8_000);
  });
});
