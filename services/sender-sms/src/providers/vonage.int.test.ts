import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { expect, test } from "vitest";
import { readAnswer, vonage } from "./vonage.ts";

const problem = (code: string | number, title = "no") =>
  JSON.stringify({ type: `https://developer.vonage.com/api-errors/messages#${code}`, title });

testProvider({
  provider: vonage,
  start: () => startProvider("vonage"),
  account: ({ url }) => ({
    VONAGE_API_KEY: "key",
    VONAGE_API_SECRET: "secret",
    VONAGE_FROM: "Shop",
    VONAGE_BASE_URL: url,
  }),
  message: { address: "+4915112345678", content: { text: "Order A-1 is on its way 👋" } },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: { next: [{ status: 422, body: JSON.parse(problem(1050)) }] },
  },
  unreadable: { next: [{ status: 202, body: "<html>" }] },
});

test.each([
  [202, {}, '{"message_uuid":"m"}', { kind: "sent", providerMessageId: "m" }],
  [422, {}, problem(1050), { kind: "recipient_gone" }],
  [422, {}, problem(1170), { kind: "recipient_gone" }],
  [422, {}, problem(1020), { kind: "permanent", detail: "Vonage answered 422, error 1020: no" }],
  [422, {}, problem(1090), { kind: "permanent", code: "content_too_large" }],
  [422, {}, problem(1120), { kind: "sender_refused" }],
  [402, {}, problem(1070), { kind: "config" }],
  [401, {}, problem("unauthorized"), { kind: "config" }],
  [404, {}, "<html>", { kind: "config", detail: "Vonage answered 404: <html>" }],
  [429, { "retry-after": "7" }, problem(1000), { kind: "rate_limited", retryAfterMs: 7_000 }],
  [422, {}, problem(1000), { kind: "rate_limited" }],
  [422, {}, problem(1100), { kind: "transient" }],
  [500, {}, problem(1030), { kind: "transient" }],
  [502, {}, "", { kind: "transient" }],
] as const)("Vonage's answer %d %o %s", (status, headers, body, outcome) => {
  expect(readAnswer({ status, headers, body })).toMatchObject(outcome);
});

test.each(["", "<html>", "{}"])("a 202 with %j names no message", (body) => {
  expect(() => readAnswer({ status: 202, headers: {}, body })).toThrow();
});
