import type { SenderMetrics } from "./sender-metrics.ts";

export type CallSlots = ReturnType<typeof createCallSlots>;

/** Counts the deliveries that are claimed, called or about to be: at most `slots`. */
export function createCallSlots({
  slots,
  metrics,
}: {
  slots: number;
  metrics: Pick<SenderMetrics, "inUse">;
}) {
  let inUse = 0;
  /** Deliveries that waited for an account and want a slot again. */
  const returning: (() => void)[] = [];
  return {
    inUse: () => inUse,
    free: () => slots - inUse,
    occupy(count: number): void {
      inUse += count;
      metrics.inUse(inUse);
    },
    /** Takes a slot when one is free, before any new delivery. */
    async next(): Promise<void> {
      if (inUse >= slots) await new Promise<void>((resume) => void returning.push(resume));
      else inUse += 1;
    },
    /** A free slot goes to a delivery that comes back from waiting, if there is one. */
    leave(): void {
      const resume = returning.shift();
      if (resume === undefined) inUse -= 1;
      else resume();
      metrics.inUse(inUse);
    },
  };
}
