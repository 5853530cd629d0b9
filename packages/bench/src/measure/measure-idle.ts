import { setTimeout as delay } from "node:timers/promises";
import type { Bed } from "../bed.ts";

/** Resident bytes and processor time, as a share of one core, by name of process. */
export type Idle = { bytes: Record<string, number>; coreShare: Record<string, number> };

/** What everything costs while there is nothing to do for so many seconds. */
export async function measureIdle({ watch }: Pick<Bed, "watch">, seconds: number): Promise<Idle> {
  const before = watch.cpuMicros();
  await delay(seconds * 1_000);
  const after = Object.entries(watch.cpuMicros());
  const shares = after.map(([name, micros]) => [
    name,
    (micros - (before[name] ?? 0)) / (seconds * 1_000_000),
  ]);
  return { bytes: watch.sample().bytes, coreShare: Object.fromEntries(shares) };
}
