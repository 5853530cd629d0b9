import { expect, test } from "vitest";
import { readWebPushAnswer } from "./webpush-answer.ts";

const location = "https://push.example/m/1";

test.each([
  [201, { location }, { kind: "sent", providerMessageId: location }],
  [202, {}, { kind: "sent" }],
  [302, { location }, { kind: "permanent" }],
  [400, {}, { kind: "permanent" }],
  [401, {}, { kind: "permanent", detail: expect.stringContaining("VAPID") }],
  [403, {}, { kind: "permanent", detail: expect.stringContaining("VAPID") }],
  [404, {}, { kind: "recipient_gone" }],
  [405, {}, { kind: "permanent" }],
  [410, {}, { kind: "recipient_gone" }],
  [413, {}, { kind: "permanent", code: "content_too_large" }],
  [429, { "retry-after": "7" }, { kind: "rate_limited", retryAfterMs: 7_000, scope: "recipient" }],
  [500, {}, { kind: "transient" }],
  [503, {}, { kind: "transient" }],
])("an answer of %d %o", (status, headers: Record<string, string>, outcome) => {
  expect(readWebPushAnswer({ status, headers })).toMatchObject(outcome);
});
