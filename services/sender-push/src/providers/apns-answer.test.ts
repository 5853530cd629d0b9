import { expect, test } from "vitest";
import { readApnsAnswer } from "./apns-answer.ts";

const because = (reason: string) => JSON.stringify({ reason });

test.each([
  [200, { "apns-id": "id" }, "", { kind: "sent", providerMessageId: "id" }],
  [200, {}, "", { kind: "sent" }],
  [
    410,
    {},
    because("Unregistered"),
    { kind: "recipient_gone", detail: "APNs answered 410, Unregistered" },
  ],
  [410, {}, because("ExpiredToken"), { kind: "recipient_gone" }],
  [400, {}, because("BadDeviceToken"), { kind: "recipient_gone" }],
  [400, {}, because("DeviceTokenNotForTopic"), { kind: "permanent" }],
  [400, {}, because("BadCollapseId"), { kind: "permanent" }],
  [400, {}, because("BadTopic"), { kind: "config" }],
  [400, {}, because("TopicDisallowed"), { kind: "config" }],
  [403, {}, because("InvalidProviderToken"), { kind: "config" }],
  [403, {}, because("ExpiredProviderToken"), { kind: "config" }],
  [404, {}, "<html>", { kind: "config", detail: "APNs answered 404, <html>" }],
  [405, {}, because("MethodNotAllowed"), { kind: "config" }],
  [413, {}, because("PayloadTooLarge"), { kind: "permanent", code: "content_too_large" }],
  [429, {}, because("TooManyRequests"), { kind: "rate_limited", scope: "recipient" }],
  [
    429,
    { "retry-after": "7" },
    because("TooManyProviderTokenUpdates"),
    { kind: "rate_limited", retryAfterMs: 7_000 },
  ],
  [500, {}, because("InternalServerError"), { kind: "transient" }],
  [503, {}, because("ServiceUnavailable"), { kind: "transient" }],
  [503, { "retry-after": "9" }, because("Shutdown"), { kind: "rate_limited", retryAfterMs: 9_000 }],
] as const)("APNs' answer %d %o %s", (status, headers, body, outcome) => {
  expect(readApnsAnswer({ status, headers, body })).toMatchObject(outcome);
});

test("a limit of the account is not only this device's", () => {
  const body = because("TooManyProviderTokenUpdates");
  expect(readApnsAnswer({ status: 429, headers: {}, body })).not.toHaveProperty("scope");
});
