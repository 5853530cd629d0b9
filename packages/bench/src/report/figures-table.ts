import { table } from "@pulsecourier/cli";
import type { Figures, Runs } from "../measure/measure-all.ts";
import type { Latency } from "../measure/measure-latency.ts";
import type { Throughput } from "../measure/measure-throughput.ts";
import { median } from "../measure/percentile.ts";
import { BATCH } from "../options.ts";

/** One line: a figure of the platform, the baseline's beside it, and what the platform aims at. */
type Line = { what: string; platform: number; baseline?: number; aim?: Aim; digits?: number };
type Aim = { least: number } | { most: number };

/** The figures as a table, aims beside them. What was not measured is left out. */
export function figuresTable(figures: Figures): string {
  const lines = [...throughputLines(figures), ...latencyLines(figures), ...lossLines(figures)];
  const rows = lines
    .filter(({ platform }) => !Number.isNaN(platform))
    .map(({ what, platform, baseline = Number.NaN, aim, digits = 0 }) => [
      what,
      figure(platform, digits),
      figure(baseline, digits),
      ...(aim === undefined ? ["", ""] : verdict(platform, aim)),
    ]);
  return table(["what", "platform", "baseline", "aim", ""], rows, ["platform", "baseline", "aim"]);
}

function throughputLines({ runs }: Figures): Line[] {
  const { platform, baseline } = runs;
  const endToEnd = (all: Throughput[]) => median(all.map((run) => run.endToEndPerSecond));
  const accepted = (all: Throughput[]) => median(all.map((run) => run.acceptedPerSecond));
  const both = (of: (all: Throughput[]) => number, kind: keyof Runs) => ({
    platform: of(platform[kind]),
    baseline: of(baseline[kind]),
  });
  const best = (of: Runs) =>
    Math.max(...[endToEnd(of.batch), endToEnd(of.single)].filter((rate) => !Number.isNaN(rate)));
  return [
    {
      what: `emails end to end, batches of ${BATCH}, per second`,
      ...both(endToEnd, "batch"),
      aim: { least: 4_500 },
    },
    { what: "emails end to end, single requests, per second", ...both(endToEnd, "single") },
    {
      what: "emails end to end, platform : baseline, each at its best",
      platform: baseline.batch.length === 0 ? Number.NaN : best(platform) / best(baseline),
      aim: { least: 1 },
      digits: 2,
    },
    {
      what: "in-app items to sockets that read, per second",
      ...both(endToEnd, "inapp"),
      aim: { least: 5_000 },
    },
    {
      what: `accepted while being sent, batches of ${BATCH}, per second`,
      ...both(accepted, "batch"),
      aim: { least: 15_000 },
    },
    { what: "accepted while being sent, single requests, per second", ...both(accepted, "single") },
  ];
}

function latencyLines({ latency, half }: Figures): Line[] {
  const lines = (at: string, of: Latency | undefined, beside?: Latency): Line[] => [
    {
      what: `request to provider at ${at}, half within, ms`,
      platform: of?.p50Ms ?? Number.NaN,
      baseline: beside?.p50Ms ?? Number.NaN,
    },
    {
      what: `request to provider at ${at}, 99 % within, ms`,
      platform: of?.p99Ms ?? Number.NaN,
      baseline: beside?.p99Ms ?? Number.NaN,
    },
  ];
  const [p50, p99] = lines("50/s", latency.platform, latency.baseline);
  return [
    ...(p50 === undefined ? [] : [{ ...p50, aim: { most: 10 } }]),
    ...(p99 === undefined ? [] : [{ ...p99, aim: { most: 40 } }]),
    ...lines(`${figure(half?.perSecond ?? 0, 0)}/s, half of the single ceiling`, half),
  ];
}

function lossLines({ runs, lost, duplicated, refused }: Figures): Line[] {
  const baseline = Object.values(runs.baseline).flat();
  const sum = (of: (run: Throughput) => number) =>
    baseline.length === 0 ? Number.NaN : baseline.reduce((total, run) => total + of(run), 0);
  return [
    { what: "lost", platform: lost, baseline: sum((run) => run.lost), aim: { most: 0 } },
    {
      what: "duplicated",
      platform: duplicated,
      baseline: sum((run) => run.duplicated),
      aim: { most: 0 },
    },
    { what: "refused", platform: refused, baseline: sum((run) => run.refused), aim: { most: 0 } },
  ];
}

function verdict(value: number, aim: Aim): [string, string] {
  if ("least" in aim)
    return [`≥ ${aim.least.toLocaleString("en")}`, value >= aim.least ? "met" : "missed"];
  return [`≤ ${aim.most.toLocaleString("en")}`, value <= aim.most ? "met" : "missed"];
}

function figure(value: number, digits: number): string {
  if (Number.isNaN(value)) return "";
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
