import type { NotificationView } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { arrivalsTable, whyNot } from "./arrivals.ts";

const error = (code: "no_address" | "provider_rejected") => ({ code, class: "x", message: "y" });
const view: NotificationView = {
  id: "01a1fd8f-d42e-3603-8674-e3602f0b8adb",
  eventId: "e",
  status: "failed",
  createdAt: "2026-11-21T10:00:00.000Z",
  updatedAt: "2026-11-21T10:00:00.000Z",
  deliveries: [],
  timeline: [],
};
const delivery = { id: view.id, channel: "email", status: "failed", attempts: 1 } as const;

test("a missing delivery says why, as near to the provider as is known", () => {
  expect(
    whyNot({ ...view, deliveries: [{ ...delivery, error: error("provider_rejected") }] }, "email"),
  ).toBe("provider_rejected");
  const skipped = [{ channel: "email", error: error("no_address") }];
  const timeline = [{ at: view.createdAt, type: "notification.routed", skipped }];
  expect(whyNot({ ...view, timeline }, "email")).toBe("no_address");
  expect(whyNot({ ...view, error: error("no_address") }, "email")).toBe("no_address");
  expect(whyNot(view, "email")).toBe("nothing sent, failed");
  expect(whyNot({ ...view, deliveries: [{ ...delivery, status: "sent" }] }, "email")).toBe(
    "sent, but not with the provider",
  );
});

test("the table marks what is missing", () => {
  const common = { event: "e", recipient: "r", lane: "normal", channel: "email", provider: "smtp" };
  const text = arrivalsTable([
    { ...common, subject: "Hello", afterMs: 12 },
    { ...common, subject: null, why: "no_address" },
  ]);
  expect(text).toContain("Hello                 12 ms");
  expect(text).toContain("MISSING (no_address)");
});
