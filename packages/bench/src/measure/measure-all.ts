import { setTimeout as delay } from "node:timers/promises";
import type { Bed } from "../bed.ts";
import { type Kind, message } from "../load/message.ts";
import { BATCH, type BenchOptions, SEED } from "../options.ts";
import type { MemorySample } from "../processes/watch-processes.ts";
import { type Latency, measureLatency } from "./measure-latency.ts";
import { measureThroughput, type Throughput } from "./measure-throughput.ts";
import { median } from "./percentile.ts";
import type { Target } from "./target.ts";

export type Idle = { bytes: Record<string, number>; coreShare: Record<string, number> };

/** Runs of one target by what they do. */
export type Runs = { batch: Throughput[]; single: Throughput[]; inapp: Throughput[] };

export type Figures = {
  options: BenchOptions;
  fsync: string;
  /** Of one notification in a request. */
  payloadBytes: number;
  idle: Idle;
  latency: Partial<Record<Target["name"], Latency>>;
  runs: Record<Target["name"], Runs>;
  half?: Latency;
  samples: readonly MemorySample[];
  /** In all runs of the platform. */
  lost: number;
  duplicated: number;
  refused: number;
};

const IDLE_MS = 5_000;
const QUIET_PER_SECOND = 50;

/** Measures what the options ask for, platform and baseline in turn. */
export async function measureAll(bed: Bed, options: BenchOptions): Promise<Figures> {
  const { sections, seconds } = options;
  const has = (name: (typeof sections)[number]) => sections.includes(name);
  const none = (): Runs => ({ batch: [], single: [], inapp: [] });
  const figures: Figures = {
    options,
    fsync: bed.fsync,
    payloadBytes: Buffer.byteLength(JSON.stringify(message("email", 0))),
    idle: await measureIdle(bed),
    latency: {},
    runs: { platform: none(), baseline: none() },
    samples: bed.watch.samples,
    lost: 0,
    duplicated: 0,
    refused: 0,
  };
  await warmUp(bed, options);
  if (has("latency")) await measureQuiet(bed, figures);
  for (let round = 1; round <= options.rounds; round += 1) await measureRound(bed, figures, round);
  const ceiling = median(figures.runs.platform.single.map((run) => run.endToEndPerSecond));
  if (has("half") && ceiling > 0) {
    const perSecond = Math.round(ceiling / 2);
    bed.progress.step(`platform: single emails at ${perSecond}/s, half of the ceiling`);
    figures.half = await measureLatency(bed.platform, { ...bed, perSecond, seconds, seed: SEED });
  }
  const ours = Object.values(figures.runs.platform).flat();
  const latencies = [figures.latency.platform, figures.half];
  figures.lost = sum([...ours, ...latencies].map((one) => one?.lost ?? 0));
  figures.refused = sum([...ours, ...latencies].map((one) => one?.refused ?? 0));
  figures.duplicated = sum(ours.map((one) => one.duplicated));
  return figures;
}

async function measureIdle({ watch, progress }: Bed): Promise<Idle> {
  progress.step("Idle");
  const before = watch.cpuMicros();
  await delay(IDLE_MS);
  const after = Object.entries(watch.cpuMicros());
  const coreShare = after.map(([name, micros]) => [
    name,
    (micros - (before[name] ?? 0)) / (IDLE_MS * 1_000),
  ]);
  return { bytes: watch.sample().bytes, coreShare: Object.fromEntries(coreShare) };
}

/** Code that has not run often is slower; the broker's, too. */
async function warmUp(bed: Bed, { count }: BenchOptions): Promise<void> {
  bed.progress.step("Warming up");
  const some = { ...bed, count: Math.min(4_000, count) };
  for (const target of targets(bed)) {
    await measureThroughput(target, { ...some, kind: "email", batch: BATCH });
    await measureThroughput(target, { ...some, kind: "email", batch: 1 });
  }
  await measureThroughput(bed.platform, { ...some, kind: "inapp", batch: BATCH });
}

async function measureQuiet(bed: Bed, { latency, options }: Figures): Promise<void> {
  const { seconds } = options;
  for (const target of targets(bed)) {
    bed.progress.step(`${target.name}: single emails at ${QUIET_PER_SECOND}/s`);
    const rate = { perSecond: QUIET_PER_SECOND, seconds, seed: SEED };
    latency[target.name] = await measureLatency(target, { ...bed, ...rate });
  }
}

async function measureRound(bed: Bed, { runs, options }: Figures, round: number): Promise<void> {
  const { count, rounds, sections } = options;
  const measure = async (target: Target, kind: Kind, batch: number) => {
    const how = batch === 1 ? "single" : `in batches of ${batch}`;
    const what = kind === "email" ? "emails" : "in-app items";
    bed.progress.step(`${target.name}: ${count} ${what}, ${how} (${round} of ${rounds})`);
    return measureThroughput(target, { ...bed, kind, count, batch });
  };
  if (sections.includes("email")) {
    for (const target of targets(bed))
      runs[target.name].batch.push(await measure(target, "email", BATCH));
    for (const target of targets(bed))
      runs[target.name].single.push(await measure(target, "email", 1));
  }
  if (sections.includes("inapp"))
    runs.platform.inapp.push(await measure(bed.platform, "inapp", BATCH));
}

const targets = ({ platform, baseline }: Bed) =>
  baseline === null ? [platform] : [platform, baseline];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
