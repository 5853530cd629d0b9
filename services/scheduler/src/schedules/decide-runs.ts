import { nextRun, type Recurrence } from "@pulsecourier/calendar";
import { CATCH_UP_MS, MAX_CAUGHT_UP, type ScheduleInput } from "@pulsecourier/contracts";

/** A run later than this was missed, ms: cron counts minutes. */
const ON_TIME_MS = 60_000;

export type PlannedRun = { plannedMs: number; reason: string };

/** What becomes of the runs of a schedule that are due, and when the next is, ms; null at its end. */
export type RunDecision = {
  fire: PlannedRun[];
  /** How many are not fired, at least, and which was the last of them. */
  skipped: { count: number; lastMs: number } | null;
  nextMs: number | null;
};

/**
 * Decides about a schedule whose next run, `nextMs`, is due at `nowMs`. Runs on time are fired, missed ones by the
 * schedule's wish, as far back as runs are made up for.
 */
export function decideRuns(
  definition: Recurrence & Pick<ScheduleInput, "missed">,
  nextMs: number,
  nowMs: number,
): RunDecision {
  const { due, next } = dueRuns(definition, nextMs, nowMs);
  const onTime = due.filter((at) => nowMs - at < ON_TIME_MS);
  const missed = due.slice(0, due.length - onTime.length);
  const again = madeUpFor(definition.missed, missed, onTime.length > 0);
  const late = again.map((plannedMs) => ({ plannedMs, reason: "missed, made up for" }));
  const punctual = onTime.map((plannedMs) => ({ plannedMs, reason: "on time" }));
  // What is made up for is the latest.
  const skipped = missed.slice(0, missed.length - again.length);
  // The first was too long ago to be among them.
  if (due[0] !== nextMs && nextMs <= nowMs) skipped.unshift(nextMs);
  const lastMs = skipped.at(-1);
  return {
    fire: [...late, ...punctual],
    skipped: lastMs === undefined ? null : { count: skipped.length, lastMs },
    nextMs: next,
  };
}

/** Finding a run takes a tenth of a millisecond: of what recurs often only the latest are looked at. */
const MAX_COUNTED = 700;
const WINDOWS_MS = [CATCH_UP_MS, 24 * 3_600_000, 2 * 3_600_000];

/** The runs that are due and not too long ago, and the next one. */
function dueRuns(definition: Recurrence, nextMs: number, nowMs: number) {
  let due: number[] = [];
  let next: number | null = null;
  for (const windowMs of WINDOWS_MS) {
    const since = nowMs - windowMs;
    due = [];
    next = nextMs < since ? nextRun(definition, since) : nextMs;
    while (next !== null && next <= nowMs && due.length < MAX_COUNTED) {
      due.push(next);
      next = nextRun(definition, next);
    }
    if (due.length < MAX_COUNTED) break;
  }
  return { due, next };
}

/** Which missed runs are fired; a run on time stands for those before it where one is enough. */
function madeUpFor(wish: ScheduleInput["missed"], missed: number[], isFollowed: boolean): number[] {
  if (wish === "all") return missed.slice(-MAX_CAUGHT_UP);
  return wish === "once" && !isFollowed ? missed.slice(-1) : [];
}
