import { table } from "@pulsecourier/cli";
import type { Figures } from "../measure/measure-all.ts";
import type { Throughput } from "../measure/measure-throughput.ts";
import type { MemoryTrend } from "../processes/memory-trend.ts";
import { median } from "../measure/percentile.ts";

/** Processor time a notification of runs in batches, and memory, by process. Null where there is no /proc. */
export function costTable({ idle, runs, peakBytes }: Figures): string | null {
  const names = Object.keys(idle.bytes);
  if (names.length === 0) return null;
  const columns: [title: string, all: readonly Throughput[]][] = [
    ["µs an email", runs.platform.batch],
    ["µs an in-app item", runs.platform.inapp],
    ["µs a baseline email", runs.baseline.batch],
  ];
  const measured = columns.filter(([, all]) => all.length > 0);
  const micros = (all: readonly Throughput[], name: string) =>
    median(all.map(({ cpuMicros }) => cpuMicros[name] ?? 0));
  const header = ["process", "RSS idle, MB", "RSS peak, MB", "CPU idle, %", ...titles(measured)];
  const rows = names.map((name) => [
    name,
    megabytes(idle.bytes[name] ?? 0),
    megabytes(peakBytes[name] ?? 0),
    ((idle.coreShare[name] ?? 0) * 100).toFixed(1),
    ...measured.map(([, all]) => micros(all, name).toFixed(0)),
  ]);
  const sums = measured.map(([, all]) =>
    names.reduce((sum, name) => sum + micros(all, name), 0).toFixed(0),
  );
  return table(header, [...rows, ["all", "", "", "", ...sums]], header.slice(1));
}

const titles = (columns: readonly (readonly [string, unknown])[]) =>
  columns.map(([title]) => title);

/** How memory went during `what`. Null when there was none, or no /proc. */
export function memoryTable(
  what: string,
  measured: { memory: Record<string, MemoryTrend> } | undefined,
): string | null {
  const trends = Object.entries(measured?.memory ?? {});
  if (trends.length === 0) return null;
  const header = [`RSS in the ${what}, MB`, "first", "least", "most", "late growth a minute"];
  const rows = trends.map(([name, { firstBytes, leastBytes, mostBytes, growthBytesPerSecond }]) => [
    name,
    ...[firstBytes, leastBytes, mostBytes, growthBytesPerSecond * 60].map(megabytes),
  ]);
  return table(header, rows, header.slice(1));
}

const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(0);
