import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { resetSimulator } from "@pulsecourier/cli";
import type { Duplicate } from "../check/check.ts";
import { readTimelines } from "../check/read-timelines.ts";
import type { Fault, Strike, StrikeReport } from "../fault.ts";
import { type PlannedSend, planLoad } from "../load/plan-load.ts";
import { sendLoad } from "../load/send-load.ts";
import { openSendsFile, readSendsFile } from "../load/sends-file.ts";
import { createRandom, type Random } from "../random.ts";
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
  /** From its beginning to the verdict. */
  tookMs: number;
};

const LOAD_MS = 2_500;
const MESSAGES = 300;
const LONG_LOAD_PER_SECOND = 40;
const PATIENCE_MS = 60_000;
/** The longest tier that a seed may have to wait for is 2 minutes. */
const DRAIN_MS = 150_000;

/** Sends, strikes in mid-flow, heals, waits for the end of it all, and judges. The same seed does the same again. */
export async function runSeed(
  fault: Fault,
  seed: number,
  { target, dir, ...asked }: { target: OpenTarget; dir: string } & Pick<Strike, "long" | "rounds">,
): Promise<SeedResult> {
  const prefix = `${fault.name}-${seed}`;
  const random = createRandom(prefix);
  const began = performance.now();
  await resetSimulator(target.dev.simulator);
  await target.simulator.behave(USUAL);
  target.exits();
  const file = openSendsFile(join(dir, `${prefix}.jsonl`));
  const { gateway, producer, topics, dev } = target;
  const options = { gateway, producer, topics, file, patienceMs: PATIENCE_MS };
  const ourselves = { tenant: "default", apiKey: dev.apiKey };
  const send: Strike["send"] = (planned, sender = ourselves) =>
    sendLoad(planned, { ...options, sender });
  const load = send(loadOf(fault, prefix, random));
  const one = { prefix, seed, ...asked, send };
  const struck = strike(fault, { target, random, one });
  // Whatever becomes of the strike, nothing is sent any more afterwards.
  await Promise.allSettled([struck, load]);
  const [[report, healedAt]] = await Promise.all([struck, load]);
  file.close();
  const allowed = { duplicates: fault.duplicates?.(target.callSlots) ?? 0 };
  const { verdict, endedAt } = await drain(readSendsFile(file.path), prefix, {
    sources: { ...target, simulatorUrl: dev.simulator },
    allowed,
    patienceMs: DRAIN_MS,
  });
  const problems = [...verdict.problems, ...(report.problems ?? [])];
  const timelines = await readTimelines(target.db, problems);
  if (problems.length > 0)
    writeFileSync(join(dir, `${prefix}.timelines.json`), JSON.stringify(timelines, null, 2));
  return {
    seed,
    accepted: verdict.ok,
    unknown: verdict.unknown,
    lost: verdict.lost.length,
    duplicates: verdict.duplicates,
    problems,
    recoveredMs: endedAt === null ? null : Math.max(0, Math.round(endedAt - healedAt)),
    exits: target.exits(),
    figures: report.figures ?? {},
    tookMs: Math.round(performance.now() - began),
  };
}

function loadOf(fault: Fault, prefix: string, random: Random): PlannedSend[] {
  const { lanes, load = "usual", loadMs, sagas } = fault;
  const durationMs = loadMs ?? LOAD_MS;
  const usual = loadMs === undefined ? MESSAGES : (loadMs / 1_000) * LONG_LOAD_PER_SECOND;
  const messages = load === "none" ? 0 : usual;
  return planLoad({
    prefix,
    messages,
    durationMs,
    random,
    ...(lanes && { lanes }),
    ...(sagas && { sagas }),
  });
}

async function strike(
  fault: Fault,
  { target, random, one }: { target: OpenTarget; random: Random; one: Strike },
): Promise<[StrikeReport, number]> {
  if (fault.load !== "none") await delay(random.whole(200, 1_200));
  try {
    const report = (await fault.strike(target, random, one)) ?? {};
    return [report, performance.now()];
  } finally {
    await target.simulator.behave(USUAL);
  }
}
