import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { resetSimulator } from "@pulsecourier/cli";
import type { Duplicate } from "../check/check.ts";
import type { Fault, StrikeReport } from "../fault.ts";
import { planLoad } from "../load/plan-load.ts";
import { sendLoad } from "../load/send-load.ts";
import { openSendsFile, readSendsFile } from "../load/sends-file.ts";
import { createRandom } from "../random.ts";
import { USUAL } from "../simulator.ts";
import { drain } from "./drain.ts";
import type { OpenTarget } from "./open-target.ts";

export type SeedResult = {
  seed: number;
  /** Messages by what their sender knows. */
  accepted: number;
  unknown: number;
  lost: number;
  duplicates: Duplicate[];
  /** What must not be; empty when the seed is green. */
  problems: string[];
  /** From heal until everything accepted had ended; null when it did not. */
  recoveredMs: number | null;
  /** Services that ended by themselves, and were started again by their supervisor. */
  exits: string[];
  figures: Readonly<Record<string, number>>;
};

const LOAD_MS = 2_500;
const MESSAGES = 300;
const PATIENCE_MS = 60_000;

/** Sends, strikes in mid-flow, heals, waits for the end of it all, and judges. The same seed does the same again. */
export async function runSeed(
  fault: Fault,
  seed: number,
  { target, dir }: { target: OpenTarget; dir: string },
): Promise<SeedResult> {
  const prefix = `${fault.name}-${seed}`;
  const random = createRandom(prefix);
  await resetSimulator(target.dev.simulator);
  await target.simulator.behave(USUAL);
  target.exits();
  const file = openSendsFile(join(dir, `${prefix}.jsonl`));
  const { lanes, load: kind = "usual" } = fault;
  const messages = kind === "none" ? 0 : MESSAGES;
  const plan = { prefix, messages, durationMs: LOAD_MS, random, ...(lanes && { lanes }) };
  const { gateway, producer, topics, dev } = target;
  const options = { gateway, producer, topics, file, apiKey: dev.apiKey, patienceMs: PATIENCE_MS };
  const load = sendLoad(planLoad(plan), options);
  const [report, healedAt] = await strike(fault, target, random).finally(() => load);
  file.close();
  const allowed = { duplicates: fault.duplicates?.(target.callSlots) ?? 0 };
  const { verdict, endedAt } = await drain(readSendsFile(file.path), prefix, { target, allowed });
  return {
    seed,
    accepted: verdict.ok,
    unknown: verdict.unknown,
    lost: verdict.lost.length,
    duplicates: verdict.duplicates,
    problems: [...verdict.problems, ...(report.problems ?? [])],
    recoveredMs: endedAt === null ? null : Math.max(0, Math.round(endedAt - healedAt)),
    exits: target.exits(),
    figures: report.figures ?? {},
  };
}

async function strike(
  fault: Fault,
  target: OpenTarget,
  random: ReturnType<typeof createRandom>,
): Promise<[StrikeReport, number]> {
  if (fault.load !== "none") await delay(random.whole(200, 1_200));
  try {
    const report = (await fault.strike(target, random)) ?? {};
    return [report, performance.now()];
  } finally {
    await target.simulator.behave(USUAL);
  }
}
