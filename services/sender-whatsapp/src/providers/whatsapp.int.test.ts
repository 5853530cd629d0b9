import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer } from "./read-answer.ts";
import { whatsapp } from "./whatsapp.ts";

const error = (code: number, more: object = {}) => ({
  error: { message: `(#${code}) no`, type: "OAuthException", code, fbtrace_id: "A", ...more },
});

testProvider({
  provider: whatsapp,
  start: () => startProvider("whatsapp"),
  account: ({ url }) => ({
    WHATSAPP_PHONE_NUMBER_ID: "106540352242922",
    WHATSAPP_ACCESS_TOKEN: "token",
    WHATSAPP_BASE_URL: url,
  }),
  message: {
    address: "+4915112345678",
    content: { template: "order_shipped", language: "en_US", parameters: '["A-17", "DHL 👋"]' },
  },
  behaviours: HTTP_BEHAVIOURS,
  unreadable: { next: [{ status: 200, body: "<html>" }] },
});

test.each([
  [400, 131047, { kind: "permanent", detail: expect.stringMatching(/within 24 hours.*template/) }],
  [400, 100, { kind: "permanent" }],
  [400, 131008, { kind: "permanent" }],
  [400, 131009, { kind: "permanent" }],
  [400, 131051, { kind: "permanent" }],
  [404, 132001, { kind: "permanent" }],
  [400, 132000, { kind: "permanent" }],
  [400, 132012, { kind: "permanent" }],
  [400, 132015, { kind: "permanent" }],
  [400, 132016, { kind: "permanent" }],
  [400, 132005, { kind: "permanent", code: "content_too_large" }],
  [400, 131026, { kind: "permanent", code: "recipient_unreachable" }],
  [400, 131050, { kind: "permanent", code: "recipient_unsubscribed" }],
  [401, 190, { kind: "config" }],
  [403, 10, { kind: "config" }],
  [403, 200, { kind: "config" }],
  [403, 131005, { kind: "config" }],
  [403, 131031, { kind: "config" }],
  [400, 4, { kind: "rate_limited" }],
  [400, 80007, { kind: "rate_limited" }],
  [400, 130429, { kind: "rate_limited" }],
  [400, 131056, { kind: "rate_limited", scope: "recipient", retryAfterMs: 6_000 }],
  [400, 131048, { kind: "rate_limited", retryAfterMs: 14_400_000 }],
  [400, 131049, { kind: "rate_limited", scope: "recipient", retryAfterMs: 86_400_000 }],
  [500, 131000, { kind: "transient" }],
  [400, 131016, { kind: "transient" }],
  [503, 2, { kind: "transient" }],
  [400, 999999, { kind: "permanent" }],
  [500, 999999, { kind: "transient" }],
] as const)("WhatsApp's answer %d with error %d", (status, code, outcome) => {
  const body = JSON.stringify(error(code));
  expect(readAnswer({ status, headers: {}, body })).toMatchObject(outcome);
});

test("a phone number id nobody knows is a sender that is refused", () => {
  const body = JSON.stringify(error(100, { error_subcode: 33 }));
  expect(readAnswer({ status: 400, headers: {}, body })).toMatchObject({ kind: "sender_refused" });
});

test("the detail says what Meta says", () => {
  const body = JSON.stringify(error(131009, { error_data: { details: "to is not valid" } }));
  expect(readAnswer({ status: 400, headers: {}, body })).toEqual({
    kind: "permanent",
    detail: "WhatsApp answered 400, error 131009: (#131009) no: to is not valid",
  });
});

test.each([
  [404, "<html>", { kind: "config", detail: "WhatsApp answered 404: <html>" }],
  [502, "", { kind: "transient" }],
  [429, "", { kind: "rate_limited" }],
] as const)("without an error of Meta's: %d %s", (status, body, outcome) => {
  expect(readAnswer({ status, headers: {}, body })).toMatchObject(outcome);
});

test.each(["", "<html>", "{}", '{"messages":[]}'])("a 200 with %j names no message", (body) => {
  expect(() => readAnswer({ status: 200, headers: {}, body })).toThrow();
});
