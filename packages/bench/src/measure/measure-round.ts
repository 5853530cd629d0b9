import { type Channel, CHANNELS } from "@pulsecourier/contracts";
import type { Bed } from "../bed.ts";
import { BATCH, type BenchOptions, type Section } from "../options.ts";
import { type Accepting, measureAccepting } from "./measure-accepting.ts";
import { measureThroughput, type Throughput } from "./measure-throughput.ts";
import { type Target, whilePaused } from "./target.ts";

/** Runs of one target by what they send and how. */
export type Runs = { batch: Throughput[]; single: Throughput[]; inapp: Throughput[] };

/** Channels that are measured in batches only, and without the baseline beside them. */
export type OtherChannel = Exclude<Channel, "email" | "inapp">;

export type RoundFigures = {
  runs: Record<Target["name"], Runs>;
  others: Partial<Record<OtherChannel, Throughput[]>>;
  accepting: { batch: Accepting[]; single: Accepting[] };
};

/** One run of each kind, platform and baseline in turn so that a slow minute of the machine hits both. */
export async function measureRound(
  bed: Bed,
  options: BenchOptions,
  figures: RoundFigures,
): Promise<void> {
  const { platform, progress } = bed;
  const { runs, others, accepting } = figures;
  const { count, sections } = options;
  for (const how of ["batch", "single"] as const) {
    const batch = how === "batch" ? BATCH : 1;
    const requests = how === "batch" ? `in batches of ${BATCH}` : "in single requests";
    if (sections.includes("email"))
      for (const target of targets(bed)) {
        progress.step(`${target.name}: ${count} emails ${requests}`);
        runs[target.name][how].push(await measureAlone(bed, target, "email", { count, batch }));
      }
    if (sections.includes("accept")) {
      progress.step(`platform: ${count} emails ${requests}, accepted only`);
      accepting[how].push(await measureAccepting(bed, { count, batch }));
    }
  }
  if (sections.includes("inapp")) {
    progress.step(`platform: ${count} in-app items in batches of ${BATCH}`);
    runs.platform.inapp.push(await measureAlone(bed, platform, "inapp", { count, batch: BATCH }));
  }
  for (const channel of othersOf(sections)) {
    const half = Math.ceil(count / 2);
    progress.step(`platform: ${half} by ${channel} in batches of ${BATCH}`);
    const run = await measureAlone(bed, platform, channel, { count: half, batch: BATCH });
    (others[channel] ??= []).push(run);
  }
}

/** What will be measured runs before, unmeasured. */
export async function warmUp(bed: Bed, { warmUp: count, sections }: BenchOptions): Promise<void> {
  for (const target of usesEmail(sections) ? targets(bed) : []) {
    await measureAlone(bed, target, "email", { count, batch: BATCH });
    await measureAlone(bed, target, "email", { count: Math.ceil(count / 4), batch: 1 });
  }
  if (sections.includes("inapp") || sections.includes("fan-out"))
    await measureAlone(bed, bed.platform, "inapp", { count, batch: BATCH });
  for (const channel of othersOf(sections))
    await measureAlone(bed, bed.platform, channel, { count: Math.ceil(count / 4), batch: BATCH });
}

const OTHERS = CHANNELS.filter((channel) => channel !== "email" && channel !== "inapp");

const othersOf = (sections: readonly Section[]) =>
  OTHERS.filter((channel) => sections.includes(channel));

/** Parts that are measured with mails. */
const usesEmail = (sections: readonly Section[]) =>
  (["email", "latency", "accept", "half", "backlog"] as const).some((part) =>
    sections.includes(part),
  );

export const targets = ({ platform, baseline }: Bed): Target[] =>
  baseline === null ? [platform] : [platform, baseline];

const PROBE = 200;

/** Measures a target while the other stands still; the platform gets a little to do afterwards, to find its pace again. */
export async function measureAlone(
  bed: Bed,
  target: Target,
  channel: Channel,
  { count, batch }: { count: number; batch: number },
): Promise<Throughput> {
  const other = targets(bed).find((one) => one !== target);
  const measure = () => measureThroughput(target, { ...bed, channel, count, batch });
  if (other === undefined) return measure();
  const measured = await whilePaused(other, measure);
  if (other === bed.platform)
    for (const probe of ["email", "inapp"] as const)
      await measureThroughput(other, { ...bed, channel: probe, count: PROBE, batch: BATCH });
  return measured;
}
