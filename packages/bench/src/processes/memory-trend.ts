import type { MemorySample } from "./watch-processes.ts";

export type MemoryTrend = {
  firstBytes: number;
  leastBytes: number;
  mostBytes: number;
  /** Growth over the second half, when buffers and caches have their size: the slope of the line that fits best. */
  growthBytesPerSecond: number;
};

/** How the memory of each process went. */
export function memoryTrends(samples: readonly MemorySample[]): Record<string, MemoryTrend> {
  const names = Object.keys(samples[0]?.bytes ?? {});
  const late = samples.slice(Math.floor(samples.length / 2));
  return Object.fromEntries(
    names.map((name) => {
      const bytes = samples.map((sample) => sample.bytes[name] ?? 0);
      return [
        name,
        {
          firstBytes: bytes[0] ?? 0,
          leastBytes: Math.min(...bytes),
          mostBytes: Math.max(...bytes),
          growthBytesPerSecond: slope(
            late.map((sample) => [sample.at / 1_000, sample.bytes[name] ?? 0]),
          ),
        },
      ];
    }),
  );
}

/** The slope of the line through `points` by least squares; 0 of fewer than two. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean(([at]) => at);
  const y = mean(([, value]) => value);
  const spread = mean(([at]) => (at - x) ** 2);
  return spread > 0 ? mean(([at, value]) => (at - x) * (value - y)) / spread : 0;
}
