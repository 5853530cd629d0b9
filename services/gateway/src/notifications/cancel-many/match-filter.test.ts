import type { CancelFilter, NotificationView } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { isMatched } from "./match-filter.ts";

const view: NotificationView = {
  id: "0197a2b4-0f6e-4c11-9d3e-5b1f0c2a7d44",
  eventId: "e",
  status: "processing",
  recipient: "ann",
  category: "orders",
  rule: { name: "r", version: 1 },
  workflow: { name: "w", version: 2 },
  metadata: { campaign: "spring", wave: "1" },
  createdAt: "2026-05-04T09:00:00.000Z",
  updatedAt: "2026-05-04T09:00:00.000Z",
  deliveries: [],
};

test("all that is asked must apply", () => {
  const all = { category: "orders", rule: "r", workflow: "w", recipient: "ann" };
  expect(isMatched(view, { ...all, status: "processing", metadata: { wave: "1" } })).toBe(true);
  const others: CancelFilter[] = [
    { category: "news" },
    { rule: "x" },
    { workflow: "x" },
    { recipient: "bob" },
    { status: "accepted" },
    { metadata: { wave: "2" } },
    { metadata: { wave: "1", more: "x" } },
  ];
  for (const other of others) expect(isMatched(view, { ...all, ...other })).toBe(false);
});

test("what has ended is never meant", () => {
  for (const status of ["sent", "read", "failed", "cancelled", "partial"] as const)
    expect(isMatched({ ...view, status }, { recipient: "ann" })).toBe(false);
});
