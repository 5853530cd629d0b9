import type { ErrorCode, LifecycleFact } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import type { Callback } from "./callback-store.ts";
import { judgeCallbacks } from "./judge-callbacks.ts";

const HOUR = 3_600_000;
const now = Date.parse("2026-05-04T12:00:00.000Z");
const o = { now, disableAfterMs: 72 * HOUR };
const id = "00000000-0000-4000-8000-000000000000";

const about = (hoursAgo: number) => ({
  id,
  at: new Date(now - hoursAgo * HOUR).toISOString(),
  tenant: "acme",
  notificationId: id,
  deliveryId: id,
  channel: "webhook" as const,
  attempt: 1,
  redrive: 0,
  callback: "shop",
});
const sent = (hoursAgo: number): LifecycleFact => ({
  type: "delivery.sent",
  ...about(hoursAgo),
  provider: "http",
  possibleDuplicate: false,
});
const failed = (hoursAgo: number, code: ErrorCode = "provider_unavailable"): LifecycleFact => ({
  type: "delivery.failed",
  ...about(hoursAgo),
  error: { code, class: "transient", message: "the receiver answered 500" },
});

function judge(facts: LifecycleFact[], failingForHours: number | null = null) {
  const failingSince = failingForHours === null ? null : now - failingForHours * HOUR;
  const callback: Callback = {
    tenant: "acme",
    name: "shop",
    url: "https://shop.example/hook",
    events: ["*"],
    failingSince,
  };
  return judgeCallbacks(facts, new Map([["acme", [callback]]]), o);
}

test("one that works is no news", () => {
  expect(judge([sent(1), sent(0)])).toEqual([]);
  expect(judge([failed(1), sent(0)])).toEqual([]);
});

test("a failure counts from the first one after it last worked", () => {
  const one = { tenant: "acme", name: "shop", error: "provider_unavailable", end: null };
  expect(judge([failed(3), sent(2), failed(0), failed(1)])).toEqual([{ ...one, at: now - HOUR }]);
  expect(judge([failed(0)], 5)).toEqual([{ ...one, at: now - 5 * HOUR }]);
});

test("one that works again is told so once", () => {
  expect(judge([sent(0)], 5)).toMatchObject([{ error: null, end: null }]);
});

test("days of failure end it, however few they were", () => {
  expect(judge([failed(0)], 71)).toMatchObject([{ end: null }]);
  expect(judge([failed(0)], 72)).toMatchObject([{ end: "failing" }]);
  expect(judge([sent(1), failed(0)], 100)).toMatchObject([{ end: null, at: now }]);
});

test("a receiver that is gone ends it at once", () => {
  expect(judge([failed(0, "recipient_gone")])).toMatchObject([{ end: "gone" }]);
});

test("waiting says nothing, nor what was left over, nor facts of callbacks nobody knows", () => {
  const waiting: LifecycleFact = {
    type: "delivery.waiting",
    ...about(0),
    reason: "the receiver rests after failures",
    nextAt: new Date(now).toISOString(),
  };
  expect(judge([waiting, failed(0, "callback_ended")])).toEqual([]);
  expect(judge([{ ...failed(0), callback: "other" } as LifecycleFact])).toEqual([]);
});
