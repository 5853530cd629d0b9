import { setTimeout as delay } from "node:timers/promises";
import type { Bed } from "../bed.ts";

/** Resident bytes and processor time, as a share of one core, by name of process. */
export type Idle = { bytes: Record<string, number>; coreShare: Record<string, number> };

const IDLE_MS = 5_000;

/** What everything costs while there is nothing to do. */
export async function measureIdle({ watch }: Bed): Promise<Idle> {
  const before = watch.cpuMicros();
  await delay(IDLE_MS);
  const after = Object.entries(watch.cpuMicros());
  const shares = after.map(([name, micros]) => [
    name,
    (micros - (before[name] ?? 0)) / (IDLE_MS * 1_000),
  ]);
  return { bytes: watch.sample().bytes, coreShare: Object.fromEntries(shares) };
}
