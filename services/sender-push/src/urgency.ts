import type { Lane } from "@pulsecourier/contracts";

type Urgency = {
  apns: "10" | "5" | "1";
  fcm: "HIGH" | "NORMAL";
  webpush: "high" | "normal" | "low";
};

/**
 * How urgent each service is told a lane is. The highest wakes a device at once; the others leave that to its battery
 * and to what it is doing.
 */
export const URGENCY: Record<Lane, Urgency> = {
  critical: { apns: "10", fcm: "HIGH", webpush: "high" },
  normal: { apns: "5", fcm: "NORMAL", webpush: "normal" },
  bulk: { apns: "1", fcm: "NORMAL", webpush: "low" },
};

/** Seconds a notification may still be delivered for, or null when it never grows stale. */
export function secondsLeft(
  expiresAt: number | undefined,
  now: number = Date.now(),
): number | null {
  return expiresAt === undefined ? null : Math.max(0, Math.floor((expiresAt - now) / 1_000));
}
