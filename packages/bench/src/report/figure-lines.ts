import type { Accepting } from "../measure/measure-accepting.ts";
import type { Figures } from "../measure/measure-all.ts";
import type { Latency } from "../measure/measure-latency.ts";
import type { Runs } from "../measure/measure-round.ts";
import type { Throughput } from "../measure/measure-throughput.ts";
import { median } from "../measure/percentile.ts";
import { BATCH } from "../options.ts";
import { sagaLines } from "./saga-lines.ts";

/** A figure of the platform, the baseline's beside it, what the platform aims at; NaN is what was not measured. */
export type Line = {
  what: string;
  platform: number;
  baseline?: number;
  aim?: Aim;
  digits?: number;
};
export type Aim = { least: number } | { most: number };

const endToEnd = (all: readonly Throughput[]) => median(all.map((run) => run.endToEndPerSecond));
const accepted = (all: readonly Throughput[]) => median(all.map((run) => run.acceptedPerSecond));

/** All figures, most important first. */
export function figureLines(figures: Figures): Line[] {
  return [
    ...endToEndLines(figures.runs),
    ...backlogLines(figures),
    ...fanOutLines(figures),
    ...acceptedLines(figures),
    ...latencyLines(figures),
    ...sagaLines(figures.several),
    ...lossLines(figures),
  ];
}

function endToEndLines({ platform, baseline }: Figures["runs"]): Line[] {
  const both = (how: keyof Runs) => ({
    platform: endToEnd(platform[how]),
    baseline: endToEnd(baseline[how]),
  });
  const best = ({ batch, single }: Runs) => Math.max(endToEnd(batch), endToEnd(single));
  return [
    {
      what: `emails end to end, batches of ${BATCH}, /s`,
      ...both("batch"),
      aim: { least: 4_500 },
    },
    { what: "emails end to end, single requests, /s", ...both("single") },
    {
      what: "emails end to end, each at its best, platform : baseline",
      platform: best(platform) / best(baseline),
      aim: { least: 1 },
      digits: 2,
    },
    {
      what: "in-app items to 200 sockets that read, /s",
      ...both("inapp"),
      aim: { least: 5_000 },
    },
  ];
}

function backlogLines({ backlog, runs, options }: Figures): Line[] {
  if (backlog === undefined) return [];
  const short = endToEnd(runs.platform.batch);
  return [
    {
      what: `${count(options.backlog)} emails end to end, /s`,
      platform: backlog.endToEndPerSecond,
    },
    {
      what: `rate of ${count(options.backlog)} : rate of ${count(options.count)}`,
      platform: backlog.endToEndPerSecond / short,
      aim: { least: 0.95 },
      digits: 2,
    },
  ];
}

function fanOutLines({ fanOut }: Figures): Line[] {
  if (fanOut === undefined) return [];
  const to = `one event to ${count(fanOut.members)} members in-app`;
  return [
    { what: `${to}, routed, /s`, platform: fanOut.routedPerSecond },
    { what: `${to}, in their inboxes, /s`, platform: fanOut.endToEndPerSecond },
    { what: "members of an audience from a file, /s", platform: fanOut.uploadedPerSecond },
  ];
}

function acceptedLines({ runs, accepting }: Figures): Line[] {
  const { platform, baseline } = runs;
  const alone = (all: readonly Accepting[]) => median(all.map(({ perSecond }) => perSecond));
  return [
    {
      what: `accepted by a gateway alone, batches of ${BATCH}, /s`,
      platform: alone(accepting.batch),
      aim: { least: 15_000 },
    },
    {
      what: "accepted by a gateway alone, single requests, /s",
      platform: alone(accepting.single),
    },
    {
      what: `accepted while all is being sent, batches of ${BATCH}, /s`,
      platform: accepted(platform.batch),
      baseline: accepted(baseline.batch),
    },
    {
      what: "accepted while all is being sent, single requests, /s",
      platform: accepted(platform.single),
      baseline: accepted(baseline.single),
    },
  ];
}

function latencyLines({ latency, half }: Figures): Line[] {
  const line = (share: "p50Ms" | "p99Ms", aim: number): Line => ({
    what: `request to provider at 50/s, ${share.slice(0, 3)}, ms`,
    platform: latency.platform?.[share] ?? Number.NaN,
    baseline: latency.baseline?.[share] ?? Number.NaN,
    aim: { most: aim },
  });
  const halfLine = (of: Latency, share: "p50Ms" | "p99Ms"): Line => ({
    what: `request to provider at ${count(of.perSecond)}/s, half of single requests, ${share.slice(0, 3)}, ms`,
    platform: of[share],
  });
  return [
    line("p50Ms", 10),
    line("p99Ms", 40),
    ...(half === undefined ? [] : [halfLine(half, "p50Ms"), halfLine(half, "p99Ms")]),
  ];
}

function lossLines({ runs, ...ours }: Figures): Line[] {
  const baseline = Object.values(runs.baseline).flat();
  return (["lost", "duplicated", "refused"] as const).map((what) => ({
    what,
    platform: ours[what],
    baseline:
      baseline.length === 0 ? Number.NaN : baseline.reduce((sum, run) => sum + run[what], 0),
    aim: { most: 0 },
  }));
}

const count = (value: number) => value.toLocaleString("en");
