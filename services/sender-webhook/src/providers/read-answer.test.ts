import { TargetRefused } from "@pulsecourier/outbound";
import { expect, test } from "vitest";
import { readAnswer, readFailure } from "./read-answer.ts";

test.each([
  [200, {}, { kind: "sent" }],
  [202, {}, { kind: "sent" }],
  [204, {}, { kind: "sent" }],
  [301, { location: "http://127.0.0.1/" }, { kind: "permanent" }],
  [400, {}, { kind: "permanent" }],
  [401, {}, { kind: "permanent" }],
  [404, {}, { kind: "permanent" }],
  [408, {}, { kind: "transient" }],
  [410, {}, { kind: "recipient_gone" }],
  [422, {}, { kind: "permanent" }],
  [429, {}, { kind: "rate_limited" }],
  [429, { "retry-after": "7" }, { kind: "rate_limited", retryAfterMs: 7_000 }],
  [500, {}, { kind: "transient" }],
  [502, {}, { kind: "transient" }],
  [503, {}, { kind: "transient" }],
  [503, { "retry-after": "120" }, { kind: "rate_limited", retryAfterMs: 120_000 }],
  [504, {}, { kind: "transient" }],
])("%d %o", (status, headers, outcome) => {
  expect(readAnswer({ status, headers })).toMatchObject(outcome);
});

test.each([
  [new TargetRefused("the address is not public"), { kind: "permanent", code: "target_refused" }],
  [
    Object.assign(new Error("connect ECONNREFUSED 192.0.2.7:443"), { code: "ECONNREFUSED" }),
    { kind: "transient", detail: "no answer from the receiver: ECONNREFUSED" },
  ],
  [Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), { kind: "transient" }],
  [Object.assign(new Error("reset"), { code: "ECONNRESET" }), { kind: "ambiguous" }],
  [new DOMException("no answer", "TimeoutError"), { kind: "ambiguous" }],
])("%s", (error, outcome) => {
  expect(readFailure(error)).toMatchObject(outcome);
});
