import type { NotificationView } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { happeningLine, timelineText } from "./timeline.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 10, 21, 10) + ms).toISOString();
const error = {
  code: "no_address" as const,
  class: "permanent",
  message: "no email address",
};
const view: NotificationView = {
  id: "01a1fd8f-d42e-3603-8674-e3602f0b8adb",
  eventId: "e",
  status: "sent",
  recipient: "customer-1",
  category: null,
  rule: { name: "order-placed", version: 3 },
  createdAt: at(0),
  updatedAt: at(0),
  deliveries: [],
  timeline: [
    {
      at: at(32),
      type: "notification.routed",
      deliveries: [{ channel: "inapp" }],
      skipped: [{ channel: "email", error }],
    },
    { at: at(90_000), type: "delivery.sent", channel: "inapp", provider: "inbox" },
  ],
};

test("a notification reads as what it is and what happened when", () => {
  expect(timelineText(view)).toBe(`  notification 01a1fd8f-d42e-3603-8674-e3602f0b8adb
  status    sent
  to        customer-1
  rule      order-placed v3

   after  what                 details
  ──────  ───────────────────  ─────────────────────────────
  +32 ms  notification.routed  inapp  not email (no_address)
   +90 s  delivery.sent        inapp  inbox`);
});

test("errors are shown, and that nothing happened yet", () => {
  const failed = { at: at(5), type: "delivery.failed", channel: "email", error };
  expect(timelineText({ ...view, timeline: [failed] })).toContain(
    "email  no_address: no email address",
  );
  expect(timelineText({ ...view, status: "failed", error })).toContain(
    "error     no_address: no email address",
  );
  expect(timelineText({ ...view, timeline: [] })).toContain("nothing happened to it yet");
});

test("what became of each device is shown", () => {
  const devices = [
    { outcome: "failed", provider: "fcm", error: { ...error, code: "recipient_gone" } },
    { outcome: "sent", provider: "apns" },
    { outcome: "wait" },
  ];
  const sent = { at: at(5), type: "delivery.sent", channel: "push", provider: "apns", devices };
  expect(timelineText({ ...view, timeline: [sent] })).toContain(
    "push  apns  devices: fcm failed (recipient_gone), apns sent, wait",
  );
});

test("what a terminal would obey is dropped from a line of tail", () => {
  const line = happeningLine({
    notificationId: view.id,
    recipient: "\u001b[31mcustomer-2",
    at: at(1),
    type: "delivery.sent",
    channel: "email",
  });
  expect(line).toBe(`10:00:00.001Z  ${view.id}  customer-2    delivery.sent           email`);
});

test("what the sandbox sends elsewhere is marked", () => {
  const ofEmail = { channel: "email", redirected: "address" };
  const timeline = [
    { at: at(1), type: "notification.routed", deliveries: [ofEmail, { channel: "inapp" }] },
    { at: at(2), type: "delivery.sent", ...ofEmail, provider: "smtp" },
    { at: at(3), type: "delivery.sent", channel: "sms", redirected: "accounts" },
  ];
  const text = timelineText({ ...view, timeline });
  expect(text).toContain("email (redirected by sandbox), inapp");
  expect(text).toContain("email  smtp  (redirected by sandbox)");
  expect(text).toContain("sms  (redirected by sandbox to its accounts)");
});
