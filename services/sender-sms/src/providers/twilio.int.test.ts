import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer, twilio } from "./twilio.ts";

testProvider({
  provider: twilio,
  start: () => startProvider("twilio"),
  account: ({ url }) => ({
    TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000000",
    TWILIO_AUTH_TOKEN: "token",
    TWILIO_FROM: "+15005550006",
    TWILIO_BASE_URL: url,
  }),
  message: { address: "+4915112345678", content: { text: "Order A-1 is on its way 👋" } },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: {
      next: [{ status: 400, body: { code: 21614, message: "not a mobile number", status: 400 } }],
    },
  },
  unreadable: { next: [{ status: 201, body: "<html>" }] },
});

const refusal = (code: number) => JSON.stringify({ code, message: "no", status: 400 });

test.each([
  [201, {}, '{"sid":"SM1"}', { kind: "sent", providerMessageId: "SM1" }],
  [400, {}, refusal(21211), { kind: "recipient_gone" }],
  [400, {}, refusal(21610), { kind: "permanent", code: "recipient_stopped" }],
  [400, {}, refusal(21614), { kind: "recipient_gone" }],
  [400, {}, refusal(21612), { kind: "permanent", detail: "Twilio answered 400, error 21612: no" }],
  [400, {}, refusal(21408), { kind: "permanent" }],
  [400, {}, refusal(21617), { kind: "permanent", code: "content_too_large" }],
  [400, {}, refusal(21606), { kind: "sender_refused" }],
  [400, {}, refusal(21611), { kind: "rate_limited" }],
  [401, {}, refusal(20003), { kind: "config" }],
  [403, {}, "", { kind: "config" }],
  [404, {}, "<html>", { kind: "config", detail: "Twilio answered 404: <html>" }],
  [429, { "retry-after": "7" }, refusal(20429), { kind: "rate_limited", retryAfterMs: 7_000 }],
  [429, {}, "", { kind: "rate_limited" }],
  [500, {}, refusal(20500), { kind: "transient" }],
  [503, {}, "", { kind: "transient" }],
] as const)("Twilio's answer %d %o %s", (status, headers, body, outcome) => {
  expect(readAnswer({ status, headers, body })).toMatchObject(outcome);
});

test.each(["", "<html>", "{}", '{"sid":""}'])("a 201 with %j names no message", (body) => {
  expect(() => readAnswer({ status: 201, headers: {}, body })).toThrow();
});
