import { randomBytes, randomUUID } from "node:crypto";
import { deliveryId, type LifecycleFact, notificationId } from "@pulsecourier/contracts";
import { applyFact } from "./apply-fact.ts";
import type { Tracked } from "./tracked.ts";

const secret = randomBytes(32);
const acceptedAt = Date.parse("2026-01-01T00:00:00.000Z");
export const id = notificationId(secret, {
  tenant: "t",
  acceptedAt,
  source: "/s",
  eventId: "e",
  rule: "r",
  recipient: "u",
});
export const email = deliveryId(secret, "t", id, "email");
export const inapp = deliveryId(secret, "t", id, "inapp");
const common = { tenant: "t", notificationId: id };
let clock = acceptedAt;
export const at = () => new Date((clock += 1_000)).toISOString();
export const fact = (rest: object) =>
  ({ id: randomUUID(), at: at(), ...common, ...rest }) as LifecycleFact;
export const ofEmail = { deliveryId: email, channel: "email", redrive: 0 };
export const ofInapp = { deliveryId: inapp, channel: "inapp", redrive: 0 };
export const error = { code: "provider_unavailable", class: "transient", message: "503" };

export const routed = fact({
  type: "notification.routed",
  summary: {
    eventId: "e",
    source: "/s",
    recipient: "u",
    category: null,
    lane: "normal",
    channels: ["email", "inapp"],
    acceptedAt: new Date(acceptedAt).toISOString(),
    sandbox: false,
  },
  deliveries: [
    { id: email, channel: "email" },
    { id: inapp, channel: "inapp" },
  ],
  skipped: [],
});
export const retrying = fact({
  type: "delivery.retrying",
  ...ofEmail,
  attempt: 1,
  error,
  nextAt: at(),
});
export const sent = fact({
  type: "delivery.sent",
  ...ofEmail,
  attempt: 2,
  provider: "smtp",
  possibleDuplicate: false,
});
export const failedOver = fact({
  type: "delivery.failed_over",
  ...ofEmail,
  attempt: 2,
  provider: "sendgrid",
  nextProvider: "smtp",
  reason: "its breaker is open",
});
export const shown = fact({
  type: "delivery.sent",
  ...ofInapp,
  attempt: 1,
  provider: "inbox",
  possibleDuplicate: false,
});
export const read = fact({ type: "delivery.read", ...ofInapp, attempt: 1 });

export const after = (facts: LifecycleFact[]) => {
  const end = facts.reduce<Tracked | null>(applyFact, null);
  if (end === null) throw new Error("no facts");
  return end;
};
