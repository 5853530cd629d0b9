import type { Bed } from "../bed.ts";
import { memoryTrends, type MemoryTrend } from "../processes/memory-trend.ts";
import { type Throughput, watchThroughput } from "./measure-throughput.ts";
import { ratesOf } from "./windows.ts";

export type Backlog = Throughput & {
  /** Accepted and not yet with the provider when the last of it was accepted. */
  waiting: number;
  /** Arrivals per second of each `windowSize` notifications after another. */
  windowSize: number;
  windowsPerSecond: number[];
  memory: Record<string, MemoryTrend>;
};

const WINDOWS = 10;

/** Many notifications, accepted faster than they can be sent: how the rate and the memory hold. */
export async function measureBacklog(
  { platform, load, watch }: Bed,
  { count, batch }: { count: number; batch: number },
): Promise<Backlog> {
  const { figures, posted, settledAt, seen } = await watchThroughput(platform, {
    load,
    watch,
    channel: "email",
    count,
    batch,
  });
  const arrived = seen.findLast(({ at }) => at <= posted.answeredAt)?.received ?? 0;
  const windowSize = Math.ceil(count / WINDOWS);
  const during = watch.samples.filter(({ at }) => at >= posted.startedAt && at <= settledAt);
  return {
    ...figures,
    waiting: posted.ids.length - arrived,
    windowSize,
    windowsPerSecond: ratesOf(seen, posted.startedAt, windowSize),
    memory: memoryTrends(during),
  };
}
