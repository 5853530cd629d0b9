import type { Bed } from "../bed.ts";
import { message } from "../load/message.ts";
import { BATCH, type BenchOptions, SEED } from "../options.ts";
import { lostOf, measureSagaParts, type SagaFigures } from "../sagas/measure-saga-parts.ts";
import { type Accepting, measureAccepting } from "./measure-accepting.ts";
import { type Backlog, measureBacklog } from "./measure-backlog.ts";
import { type FanOut, measureFanOut } from "./measure-fan-out.ts";
import { type Idle, measureIdle } from "./measure-idle.ts";
import { type Latency, measureLatency } from "./measure-latency.ts";
import { measureRound, type RoundFigures, type Runs, targets, warmUp } from "./measure-round.ts";
import type { Throughput } from "./measure-throughput.ts";
import { median } from "./percentile.ts";
import type { Target } from "./target.ts";

export type Figures = RoundFigures & {
  options: BenchOptions;
  fsync: string;
  /** Of one notification in a request. */
  payloadBytes: number;
  idle: Idle;
  latency: Partial<Record<Target["name"], Latency>>;
  several: SagaFigures;
  half?: Latency;
  backlog?: Backlog;
  fanOut?: FanOut;
  peakBytes: Record<string, number>;
  /** In all runs of the platform. */
  lost: number;
  duplicated: number;
  refused: number;
};

const QUIET_PER_SECOND = 50;

/** Measures what the options ask for, platform and baseline in turn. */
export async function measureAll(bed: Bed, options: BenchOptions): Promise<Figures> {
  const { sections, seconds, rounds } = options;
  const { progress, watch } = bed;
  progress.step("Idle");
  const idle = await measureIdle(bed, Math.min(5, seconds));
  progress.step("Warming up");
  await warmUp(bed, options);
  const latency = sections.includes("latency") ? await measureQuiet(bed, seconds) : {};
  if (sections.includes("accept"))
    await measureAccepting(bed, { count: options.warmUp, batch: BATCH });
  const round: RoundFigures = {
    runs: { platform: noRuns(), baseline: noRuns() },
    others: {},
    accepting: { batch: [], single: [] },
  };
  for (let done = 0; done < rounds; done += 1) {
    progress.note(`Round ${done + 1} of ${rounds}`);
    await measureRound(bed, options, round);
  }
  const half = sections.includes("half") ? await measureHalf(bed, round, seconds) : null;
  const backlog = sections.includes("backlog") ? await measureLong(bed, options) : null;
  const several = await measureSagaParts(bed, options);
  const fanOut = sections.includes("fan-out") ? await measureWide(bed, options) : null;
  const ours = [
    ...Object.values(round.runs.platform).flat(),
    ...Object.values(round.others).flat(),
    ...Object.values(round.accepting).flat(),
    ...(backlog === null ? [] : [backlog]),
    ...(fanOut === null ? [] : [fanOut]),
  ];
  return {
    options,
    fsync: bed.fsync,
    payloadBytes: Buffer.byteLength(JSON.stringify(message("email", 0))),
    idle,
    latency,
    ...round,
    ...(half && { half }),
    ...(backlog && { backlog }),
    several,
    ...(fanOut && { fanOut }),
    peakBytes: peaks(watch.samples),
    ...totals(ours, { latencies: [latency.platform, half], several }),
  };
}

const noRuns = (): Runs => ({ batch: [], single: [], inapp: [] });

async function measureQuiet(bed: Bed, seconds: number): Promise<Figures["latency"]> {
  const latency: Figures["latency"] = {};
  for (const target of targets(bed)) {
    bed.progress.step(`${target.name}: single emails at ${QUIET_PER_SECOND}/s`);
    const rate = { perSecond: QUIET_PER_SECOND, seconds, seed: SEED };
    latency[target.name] = await measureLatency(target, { ...bed, ...rate });
  }
  return latency;
}

async function measureHalf(bed: Bed, { runs }: RoundFigures, seconds: number) {
  const ceiling = median(runs.platform.single.map((run) => run.endToEndPerSecond));
  if (Number.isNaN(ceiling)) return null;
  const perSecond = Math.round(ceiling / 2);
  bed.progress.step(`platform: single emails at ${perSecond}/s, half of the ceiling`);
  return measureLatency(bed.platform, { ...bed, perSecond, seconds, seed: SEED });
}

async function measureLong(bed: Bed, { backlog: count }: BenchOptions): Promise<Backlog> {
  bed.progress.step(`platform: a backlog of ${count} emails`);
  return measureBacklog(bed, { count, batch: BATCH });
}

async function measureWide(bed: Bed, { fanOut: members }: BenchOptions): Promise<FanOut> {
  bed.progress.step(`platform: one event to ${members} members of an audience, in-app`);
  return measureFanOut(bed, members);
}

function peaks(samples: Bed["watch"]["samples"]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const { bytes } of samples)
    for (const [name, value] of Object.entries(bytes))
      most[name] = Math.max(most[name] ?? 0, value);
  return most;
}

function totals(
  runs: readonly (Throughput | Accepting | FanOut)[],
  o: { latencies: readonly (Latency | null | undefined)[]; several: SagaFigures },
): Pick<Figures, "lost" | "duplicated" | "refused"> {
  const sum = (values: readonly (number | undefined)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const all = [...runs, ...o.latencies];
  return {
    lost: sum(all.map((one) => one?.lost)) + lostOf(o.several),
    duplicated: sum(runs.map((one) => one.duplicated)),
    refused: sum(all.map((one) => one?.refused)),
  };
}
