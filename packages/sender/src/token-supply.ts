import { setTimeout as sleep } from "node:timers/promises";

/** What a supply gave of what was asked for; `retryMs` until it has more when that was not all. */
export type Lease = {
  granted: number;
  retryMs: number;
  /** Instances that call through the account now, this one included. */
  instances: number;
};

/** Where the tokens of an account's rate come from. Neither ever rejects. */
export type TokenSupply = {
  lease(wanted: number): Promise<Lease>;
  /** This instance draws no more and is not counted from now on. */
  leave(): Promise<void>;
};

/** Most tokens that gather while nobody calls, as time at the full rate, ms. */
export const BURST_MS = 100;

/** A token bucket of this process alone; `perSecond` may change from call to call. */
export function createLocalBucket(now: () => number = () => performance.now()) {
  let tokens = Number.POSITIVE_INFINITY;
  let at = now();
  return (wanted: number, perSecond: number): { granted: number; retryMs: number } => {
    const time = now();
    const most = Math.max(1, (perSecond * BURST_MS) / 1_000);
    tokens = Math.min(most, tokens + ((time - at) * perSecond) / 1_000);
    at = time;
    const granted = Math.min(wanted, Math.floor(tokens));
    tokens -= granted;
    const missing = Math.min(wanted - granted, most) - tokens;
    return { granted, retryMs: granted < wanted ? Math.ceil((missing * 1_000) / perSecond) : 0 };
  };
}

/** Waits, or ends early when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
