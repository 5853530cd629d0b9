import { z } from "zod";

/** Urgency of a notification: `critical` (OTP, security), `normal`, `bulk`. */
export const LANES = ["critical", "normal", "bulk"] as const;
export const Lane = z.enum(LANES);
export type Lane = z.infer<typeof Lane>;

/** Constant delays a retry waits for in Kafka, in milliseconds; anything else is a Postgres timer. */
export const TIER_DELAY_MS = {
  "5s": 5_000,
  "30s": 30_000,
  "2m": 120_000,
  "10m": 600_000,
  "1h": 3_600_000,
} as const;
export type Tier = keyof typeof TIER_DELAY_MS;

/** Retry tiers of each lane, shortest first. */
export const LANE_TIERS: Record<Lane, readonly Tier[]> = {
  critical: ["5s", "30s"],
  normal: ["5s", "30s", "2m", "10m", "1h"],
  bulk: ["2m", "10m", "1h"],
};

/** Provider calls one delivery may cost before it is dead-lettered as `exhausted`. */
export const ATTEMPT_BUDGET: Record<Lane, number> = { critical: 3, normal: 6, bulk: 6 };

/** The tier for the nth retry (1-based); the last tier repeats. */
export function tierForRetry(lane: Lane, retry: number): Tier {
  const tiers = LANE_TIERS[lane];
  return tiers[Math.min(retry, tiers.length) - 1] ?? "5s";
}

/** The shortest tier that waits at least `delayMs`, or null when none of the lane's tiers is long enough. */
export function tierForDelay(lane: Lane, delayMs: number): Tier | null {
  return LANE_TIERS[lane].find((tier) => TIER_DELAY_MS[tier] >= delayMs) ?? null;
}
