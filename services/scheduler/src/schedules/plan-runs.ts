import type { Catalog, CatalogSnapshot } from "@pulsecourier/catalog";
import type { IdSecret, TopicNames } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { decideRuns, type RunDecision } from "./decide-runs.ts";
import { runRecord } from "./run-record.ts";
import {
  type BrokenSchedule,
  claimSchedules,
  type DueSchedule,
  goOn,
  insertRuns,
  type Run,
} from "./schedule-store.ts";

/** Schedules planned in one transaction, and about what the records of their runs may take together. */
export const SCHEDULES_AT_ONCE = 100;
const MAX_BYTES = 16 * 1024 * 1024;

export type PlanContext = { db: Db; catalog: Catalog; secret: IdSecret; topics: TopicNames };

/** What one transaction planned: how many schedules, and their runs with the lateness of each, ms. */
export type Planned = { schedules: number; runs: (Run & { lateMs: number })[] };

/**
 * Turns runs that are due into timers that are due at once, in one transaction with the memory of them: any number of
 * instances plan each run once, whatever they crash in. A schedule that was changed, paused or deleted before is not
 * claimed for what it was.
 */
export function planRuns({ db, ...context }: PlanContext): Promise<Planned> {
  return db.transaction(async (query) => {
    const { due, broken } = await claimSchedules(query, SCHEDULES_AT_ONCE);
    const snapshots = await readSnapshots(due, context.catalog);
    const runs = broken.map(brokenRun);
    const next: { id: string; nextMs: number | null }[] = broken.map(({ id }) => ({
      id,
      nextMs: null,
    }));
    let bytes = 0;
    for (const schedule of due) {
      if (bytes > MAX_BYTES) break;
      const snapshot = snapshots.get(schedule.tenant);
      if (snapshot === undefined) continue;
      const { nextMs, ...decision } = decide(schedule);
      const own = runsOf(schedule, decision, { ...context, snapshot });
      for (const { fired } of own) bytes += fired?.record.value?.length ?? 0;
      runs.push(...own);
      next.push({ id: schedule.id, nextMs });
    }
    if (next.length === 0) return { schedules: 0, runs: [] };
    const fresh = await insertRuns(query, runs);
    await goOn(query, next);
    const nowMs = (due[0] ?? broken[0])?.nowMs ?? 0;
    const planned = fresh.map((run) => ({ ...run, lateMs: Math.max(0, nowMs - run.plannedMs) }));
    return { schedules: next.length, runs: planned };
  });
}

/** It ends, so that it does not stand before the others. */
function brokenRun({ id, version, nowMs }: BrokenSchedule): Run {
  const reason = "its definition cannot be read; PUT it again";
  const plannedMs = Math.floor(nowMs);
  return { scheduleId: id, version, plannedMs, result: "failed", reason, count: 1, fired: null };
}

async function readSnapshots(due: readonly DueSchedule[], catalog: Catalog) {
  const tenants = [...new Set(due.map(({ tenant }) => tenant))];
  const snapshots = await Promise.all(
    tenants.map((tenant) => catalog.current(tenant, { fresh: true })),
  );
  return new Map(snapshots.map((snapshot) => [snapshot.tenant, snapshot]));
}

function decide({ definition, nextMs, askedMs, nowMs }: DueSchedule): RunDecision {
  const isDue = nextMs !== null && nextMs <= nowMs;
  const decision = isDue
    ? decideRuns(definition, nextMs, nowMs)
    : { fire: [], skipped: null, nextMs };
  if (askedMs === null) return decision;
  const asked = { plannedMs: askedMs, reason: "asked for" };
  return { ...decision, fire: [...decision.fire, asked] };
}

function runsOf(
  schedule: DueSchedule,
  { fire, skipped }: Pick<RunDecision, "fire" | "skipped">,
  context: Pick<PlanContext, "secret" | "topics"> & { snapshot: CatalogSnapshot },
): Run[] {
  const base = { scheduleId: schedule.id, version: schedule.version, count: 1, fired: null };
  const runs = fire.map(({ plannedMs, reason }): Run => {
    const fired = runRecord(schedule, plannedMs, context);
    return typeof fired === "string"
      ? { ...base, plannedMs, result: "failed", reason: fired }
      : { ...base, plannedMs, result: "fired", reason, fired };
  });
  if (skipped === null) return runs;
  const { count, lastMs: plannedMs } = skipped;
  return [
    { ...base, plannedMs, count, result: "skipped", reason: "missed, not made up for" },
    ...runs,
  ];
}
