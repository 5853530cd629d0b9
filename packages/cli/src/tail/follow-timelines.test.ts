import type { NotificationView } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { createTimelineFollower } from "./follow-timelines.ts";

const view = (id: string, types: string[]): NotificationView => ({
  id,
  eventId: "e",
  status: "processing",
  recipient: "customer-1",
  createdAt: "2026-11-21T10:00:00.000Z",
  updatedAt: `2026-11-21T10:00:0${types.length}.000Z`,
  deliveries: [],
  timeline: types.map((type, index) => ({ at: `2026-11-21T10:00:0${index}.000Z`, type })),
});

test("each entry is told once, with whose it is", () => {
  const follower = createTimelineFollower(10);
  const first = view("a", ["notification.routed"]);
  expect(follower.changed(first)).toBe(true);
  expect(follower.newEntries(first)).toEqual([
    {
      notificationId: "a",
      recipient: "customer-1",
      at: "2026-11-21T10:00:00.000Z",
      type: "notification.routed",
    },
  ]);
  expect(follower.changed(first)).toBe(false);
  const second = view("a", ["notification.routed", "delivery.sent"]);
  expect(follower.changed(second)).toBe(true);
  expect(follower.newEntries(second).map(({ type }) => type)).toEqual(["delivery.sent"]);
});

test("the oldest are forgotten", () => {
  const follower = createTimelineFollower(2);
  for (const id of ["a", "b", "c"]) follower.changed(view(id, ["notification.routed"]));
  expect(follower.changed(view("c", ["notification.routed"]))).toBe(false);
  expect(follower.changed(view("a", ["notification.routed"]))).toBe(true);
});
