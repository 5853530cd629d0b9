import { tierDelayOf } from "@pulsecourier/contracts";
import { HEADER_NOT_BEFORE, type InRecord } from "@pulsecourier/kafka";
import { MOST_OF_A_TIER } from "./next-step.ts";

type Clocks = {
  /** The machine's, ms since 1970. */
  now: () => number;
  /** How far the platform's is ahead of it. */
  aheadMs: () => number;
};

/**
 * When a retry is due by the machine's clock; null for what waits for nothing. One that says it waits longer than its
 * tier can was written before a clock was set back: it waits as long as its tier, from when it is first seen.
 */
export function createDueTimes({ now, aheadMs }: Clocks): (record: InRecord) => number | null {
  const firstSeen = new Map<string, { offset: bigint; at: number }>();
  return ({ topic, partition, offset, headers }) => {
    const due = Number(headers[HEADER_NOT_BEFORE]) - aheadMs();
    if (!Number.isFinite(due)) return null;
    const longest = tierDelayOf(topic) * MOST_OF_A_TIER;
    if (due - now() <= longest) return due;
    const of = `${topic}/${partition}`;
    const seen = firstSeen.get(of);
    if (seen?.offset === offset) return seen.at;
    const at = now() + longest;
    firstSeen.set(of, { offset, at });
    return at;
  };
}
