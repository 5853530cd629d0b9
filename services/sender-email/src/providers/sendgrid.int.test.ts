import { testProvider } from "@pulsecourier/sender/testing";
import { describe, expect, test } from "vitest";
import { readAnswer, sendgrid } from "./sendgrid.ts";
import { startSimulator } from "../test-simulator.ts";

testProvider({
  provider: sendgrid,
  start: async () => {
    const simulator = await startSimulator("sendgrid");
    return { ...simulator, env: { SENDGRID_API_KEY: "SG.test", SENDGRID_BASE_URL: simulator.url } };
  },
  accountAt: ({ host, port }) => ({
    SENDGRID_API_KEY: "SG.test",
    SENDGRID_BASE_URL: `http://${host}:${port}`,
  }),
  message: { address: "ada@example.com", content: { subject: "Hello", html: "<p>Hello</p>" } },
  behaviours: {
    permanent: { next: [{ status: 400 }] },
    transient: { next: [{ status: 503 }] },
    rate_limited: { next: [{ status: 429 }], retryAfterSeconds: 7 },
    config: { next: [{ status: 401 }] },
  },
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
