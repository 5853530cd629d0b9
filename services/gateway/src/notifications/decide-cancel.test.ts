import type { NotificationView } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { decideCancel } from "./decide-cancel.ts";

const email = { id: "e", channel: "email" } as const;
const inapp = { id: "i", channel: "inapp" } as const;
const derived = [email, inapp];

function view(
  status: NotificationView["status"],
  ...deliveries: [typeof email | typeof inapp, "sent" | "pending" | "failed" | "cancelled"][]
) {
  return { status, deliveries: deliveries.map(([one, state]) => ({ ...one, status: state })) };
}

test("what was not routed yet is cancelled whole", () => {
  expect(decideCancel(null, derived, new Map())).toEqual({
    kind: "cancelled",
    cancelled: [],
    alreadySent: [],
  });
  expect(decideCancel(view("scheduled"), derived, new Map()).kind).toBe("cancelled");
});

test("what was sent is told apart from what is cancelled", () => {
  const known = view("processing", [email, "pending"], [inapp, "pending"]);
  const ledger = new Map([["e", "calling"] as const]);
  expect(decideCancel(known, derived, ledger)).toEqual({
    kind: "cancelled",
    cancelled: [{ deliveryId: "i", channel: "inapp" }],
    alreadySent: [{ deliveryId: "e", channel: "email" }],
  });
});

test("the ledger knows of a delivery before the tracker does", () => {
  const ledger = new Map([["e", "sent"] as const]);
  expect(decideCancel(null, derived, ledger)).toMatchObject({
    kind: "cancelled",
    alreadySent: [{ deliveryId: "e", channel: "email" }],
  });
});

test("a later step's delivery that a sender has and the tracker does not know is not called cancelled", () => {
  const known = { ...view("processing", [email, "sent"]), saga: "s" };
  expect(decideCancel(known, derived, new Map([["i", "calling"] as const]))).toEqual({
    kind: "cancelled",
    cancelled: [],
    alreadySent: [
      { deliveryId: "e", channel: "email" },
      { deliveryId: "i", channel: "inapp" },
    ],
  });
});

test("a delivery waiting for its retry can be cancelled", () => {
  const known = view("processing", [email, "pending"]);
  expect(decideCancel(known, derived, new Map([["e", "retry"] as const]))).toMatchObject({
    cancelled: [{ deliveryId: "e" }],
  });
});

test("too late when everything has ended", () => {
  expect(decideCancel(view("sent", [email, "sent"]), derived, new Map()).kind).toBe("too_late");
  expect(decideCancel(view("suppressed"), derived, new Map()).kind).toBe("too_late");
  const known = view("processing", [email, "pending"]);
  expect(decideCancel(known, derived, new Map([["e", "failed"] as const])).kind).toBe("too_late");
});

test("a cancel repeated gives the same answer", () => {
  const known = view("cancelled", [email, "cancelled"], [inapp, "sent"]);
  expect(decideCancel(known, derived, new Map())).toEqual({
    kind: "cancelled",
    cancelled: [{ deliveryId: "e", channel: "email" }],
    alreadySent: [{ deliveryId: "i", channel: "inapp" }],
  });
});

test("a saga that has not ended can be cancelled, whatever became of its deliveries so far", () => {
  const running = { ...view("processing", [email, "sent"]), saga: "s" };
  expect(decideCancel(running, derived, new Map())).toMatchObject({
    kind: "cancelled",
    alreadySent: [{ deliveryId: "e" }],
  });
  expect(decideCancel({ ...running, status: "sent" }, derived, new Map()).kind).toBe("too_late");
});

test("what quiet hours hold is cancelled, though all that was routed has been sent", () => {
  const held = { channels: ["inapp" as const], until: "2026-01-02T07:00:00Z", reason: "quiet" };
  expect(
    decideCancel({ ...view("processing", [email, "sent"]), held }, derived, new Map()),
  ).toEqual({
    kind: "cancelled",
    cancelled: [{ deliveryId: "i", channel: "inapp" }],
    alreadySent: [{ deliveryId: "e", channel: "email" }],
  });
});
