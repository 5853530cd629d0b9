import { expect, test } from "vitest";
import { readFcmAnswer } from "./fcm-answer.ts";

function refusal(errorCode?: string, more: object = {}): string {
  const type = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  const details = errorCode === undefined ? [] : [{ "@type": type, errorCode }];
  return JSON.stringify({ error: { code: 400, message: "no", status: "S", details, ...more } });
}

const violation = (field: string, description = "Invalid value") => ({
  details: [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field, description }],
    },
  ],
});
const noToken = { message: "The registration token is not a valid FCM registration token" };

test.each([
  [
    200,
    {},
    '{"name":"projects/p/messages/1"}',
    { kind: "sent", providerMessageId: "projects/p/messages/1" },
  ],
  [
    404,
    {},
    refusal("UNREGISTERED"),
    { kind: "recipient_gone", detail: "FCM answered 404, UNREGISTERED: no" },
  ],
  [400, {}, refusal("INVALID_ARGUMENT", noToken), { kind: "recipient_gone" }],
  [400, {}, refusal("INVALID_ARGUMENT"), { kind: "permanent" }],
  [400, {}, refusal(undefined, violation("message.token")), { kind: "recipient_gone" }],
  [400, {}, refusal(undefined, violation("message.data")), { kind: "permanent" }],
  [
    400,
    {},
    refusal(undefined, violation("message.android", "Android message is too big")),
    { kind: "permanent", code: "content_too_large" },
  ],
  [403, {}, refusal("SENDER_ID_MISMATCH"), { kind: "permanent" }],
  [401, {}, refusal("THIRD_PARTY_AUTH_ERROR"), { kind: "config" }],
  [401, {}, refusal(), { kind: "config" }],
  [403, {}, refusal(), { kind: "config" }],
  [404, {}, "<html>", { kind: "config", detail: "FCM answered 404: <html>" }],
  [
    429,
    { "retry-after": "7" },
    refusal("QUOTA_EXCEEDED"),
    { kind: "rate_limited", retryAfterMs: 7_000 },
  ],
  [429, {}, refusal("QUOTA_EXCEEDED"), { kind: "rate_limited", retryAfterMs: 60_000 }],
  [
    503,
    { "retry-after": "9" },
    refusal("UNAVAILABLE"),
    { kind: "rate_limited", retryAfterMs: 9_000 },
  ],
  [503, {}, refusal("UNAVAILABLE"), { kind: "transient" }],
  [500, {}, refusal("INTERNAL"), { kind: "transient" }],
  [502, {}, "", { kind: "transient" }],
] as const)("FCM's answer %d %o %s", (status, headers, body, outcome) => {
  expect(readFcmAnswer({ status, headers, body })).toMatchObject(outcome);
});

test.each(["", "<html>", "{}", '{"name":""}'])("a 200 with %j names no message", (body) => {
  expect(() => readFcmAnswer({ status: 200, headers: {}, body })).toThrow();
});
