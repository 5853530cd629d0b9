import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import {
  acceptedAtOf,
  deliveryId,
  deriveId,
  isDeliveryOf,
  MAX_USE,
  notificationId,
  useId,
  verifyId,
} from "./ids.ts";

const secret = randomBytes(32);
const of = {
  tenant: "acme",
  acceptedAt: 1_790_000_000_000,
  source: "/shop",
  eventId: "e-1",
  rule: "shipped",
  recipient: "user_42",
};

test("the same parts give the same id, any other part another", () => {
  const id = notificationId(secret, of);
  expect(notificationId(secret, { ...of })).toBe(id);
  for (const key of ["tenant", "source", "eventId", "rule", "recipient"] as const) {
    expect(notificationId(secret, { ...of, [key]: "other" })).not.toBe(id);
  }
  expect(deriveId(secret, "t", 1, ["a", "bc"])).not.toBe(deriveId(secret, "t", 1, ["ab", "c"]));
});

test("an id verifies for its own tenant only", () => {
  const id = notificationId(secret, of);
  expect(verifyId(secret, "acme", id)).toBe(true);
  expect(verifyId(secret, "other", id)).toBe(false);
  expect(verifyId(secret, "acme", "not an id")).toBe(false);
  const flipped = (id[9] === "0" ? "1" : "0") + id.slice(10);
  expect(verifyId(secret, "acme", id.slice(0, 9) + flipped)).toBe(false);
});

test("an id carries its accept time, and a delivery that of its notification", () => {
  const id = notificationId(secret, of);
  expect(acceptedAtOf(id)).toBe(of.acceptedAt);
  expect(acceptedAtOf(deliveryId(secret, "acme", id, "email"))).toBe(of.acceptedAt);
});

test("a saga's deliveries through one channel are told apart, and from those of other notifications", () => {
  const id = notificationId(secret, of);
  const about = { tenant: "acme", notificationId: id, channel: "email" };
  const uses = [0, 1, MAX_USE].map((use) => useId(secret, "acme", id, { channel: "email", use }));
  expect(new Set(uses).size).toBe(3);
  expect(uses[0]).toBe(deliveryId(secret, "acme", id, "email"));
  for (const one of uses) expect(isDeliveryOf(secret, about, one)).toBe(true);
  const beyond = useId(secret, "acme", id, { channel: "email", use: MAX_USE + 1 });
  const other = notificationId(secret, { ...of, recipient: "other" });
  const sms = useId(secret, "acme", id, { channel: "sms", use: 1 });
  const ofOther = useId(secret, "acme", other, { channel: "email", use: 1 });
  for (const one of [beyond, sms, ofOther, id, "", "x"]) {
    expect(isDeliveryOf(secret, about, one)).toBe(false);
  }
});
