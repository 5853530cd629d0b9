import { table } from "@pulsecourier/cli";
import type { Figures } from "../measure/measure-all.ts";
import type { Throughput } from "../measure/measure-throughput.ts";
import { median } from "../measure/percentile.ts";

const HEADER = [
  "process",
  "RSS idle, MB",
  "RSS peak, MB",
  "CPU idle, % of a core",
  "µs an email",
  "µs an in-app item",
  "µs a baseline email",
];

/** What each process needs: memory, and processor time a notification in batches. Null where there is no /proc. */
export function processTable({ idle, runs, samples }: Figures): string | null {
  const names = Object.keys(idle.bytes);
  if (names.length === 0) return null;
  const peak = (name: string) => Math.max(...samples.map(({ bytes }) => bytes[name] ?? 0));
  const micros = (all: Throughput[], name: string) =>
    median(all.map(({ cpuMicros }) => cpuMicros[name] ?? 0));
  const costs = [runs.platform.batch, runs.platform.inapp, runs.baseline.batch];
  const rows = names.map((name) => [
    name,
    megabytes(idle.bytes[name] ?? 0),
    megabytes(peak(name)),
    ((idle.coreShare[name] ?? 0) * 100).toFixed(1),
    ...costs.map((all) => whole(micros(all, name))),
  ]);
  const sums = costs.map((all) =>
    whole(names.reduce((total, name) => total + micros(all, name), 0)),
  );
  return table(HEADER, [...rows, ["all", "", "", "", ...sums]], HEADER.slice(1));
}

const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(0);
const whole = (value: number) => (Number.isNaN(value) ? "" : value.toFixed(0));
