import { nextRun } from "@pulsecourier/calendar";
import { MAX_SCHEDULES, PulseError, type ScheduleEmits } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { CheckedSchedule, ScheduleDefinition } from "./check-schedule.ts";
import { withdrawRuns } from "./withdraw-runs.ts";

type Key = { tenant: string; name: string };
type Query = Db["query"];
/** A schedule that is locked, and what the platform's clock shows, ms. */
type Locked = {
  id: string;
  definition: string;
  emits: string;
  paused: boolean;
  next_ms: number | null;
  now_ms: number;
};

const LOCK = `
select id, definition, emits, paused, (extract(epoch from next_at) * 1000)::float8 as next_ms,
  (extract(epoch from schedule.now()) * 1000)::float8 as now_ms
from schedule.schedules where tenant = $1 and name = $2 for update`;

async function lock(query: Query, { tenant, name }: Key): Promise<Locked | null> {
  const [row] = await query<Locked>("lock-schedule", LOCK, [tenant, name]);
  return row ?? null;
}

/** Creates or changes a schedule; what does not change stays as it is, its next run, too. */
export async function putSchedule(
  db: Db,
  { tenant, name, definition, emits }: Key & CheckedSchedule,
): Promise<{ created: boolean }> {
  return db.transaction(async (query) => {
    const values = [tenant, name, JSON.stringify(definition), JSON.stringify(emits)];
    const inserted = await query("insert-schedule", INSERT, [...values, MAX_SCHEDULES - 1]);
    const row = await lock(query, { tenant, name });
    if (row === null) throw new PulseError("too_many_schedules");
    if (inserted.length > 0) {
      await setNext(query, row.id, firstRun(definition, row.now_ms));
      return { created: true };
    }
    if (!isChanged(row, definition, emits)) return { created: false };
    const same = isSameTiming(row, definition);
    const next = same ? row.next_ms : firstRun(definition, row.now_ms);
    await withdrawRuns(query, row.id, "changed before it was published");
    await query("change-schedule", CHANGE, [row.id, ...values.slice(2)]);
    await setNext(query, row.id, row.paused ? null : next);
    return { created: false };
  });
}

const INSERT = `
insert into schedule.schedules (tenant, name, definition, emits)
select $1, $2, $3, $4
where (select count(*) from schedule.schedules where tenant = $1 and name <> $2) <= $5
on conflict (tenant, name) do nothing returning 1`;

const CHANGE = `
update schedule.schedules set definition = $2, emits = $3, version = version + 1, updated_at = now()
where id = $1`;

async function setNext(query: Query, id: string, nextMs: number | null): Promise<void> {
  const next = nextMs === null ? null : new Date(nextMs);
  await query("next-run", "update schedule.schedules set next_at = $2 where id = $1", [id, next]);
}

function firstRun(definition: ScheduleDefinition, now: number): number {
  const next = nextRun(definition, now);
  if (next !== null) return next;
  const problems = [{ pointer: "/until", detail: "no run is left before it" }];
  throw new PulseError("invalid_request", undefined, { problems });
}

/** Template versions are pinned at each run, so they change nothing. */
function isChanged(row: Locked, definition: ScheduleDefinition, emits: ScheduleEmits): boolean {
  return (
    row.definition !== JSON.stringify(definition) ||
    withoutPins(JSON.parse(row.emits)) !== withoutPins(emits)
  );
}

function withoutPins(emits: unknown): string {
  return JSON.stringify(emits, (key, value: unknown) => (key === "version" ? undefined : value));
}

function isSameTiming(row: Locked, { cron, timezone, from, until }: ScheduleDefinition): boolean {
  // It was written as such.
  const before = JSON.parse(row.definition) as ScheduleDefinition;
  return (
    before.cron === cron &&
    before.timezone === timezone &&
    before.from === from &&
    before.until === until
  );
}

/** False when there is none by this name. Nothing of it is fired any more. */
export function deleteSchedule(db: Db, key: Key): Promise<boolean> {
  return db.transaction(async (query) => {
    const row = await lock(query, key);
    if (row === null) return false;
    await withdrawRuns(query, row.id, "deleted");
    await query("delete-schedule", "delete from schedule.schedules where id = $1", [row.id]);
    return true;
  });
}

/** False when there is none by this name. Nothing of it is fired any more until it is resumed. */
export function pauseSchedule(db: Db, key: Key): Promise<boolean> {
  return db.transaction(async (query) => {
    const row = await lock(query, key);
    if (row === null) return false;
    await withdrawRuns(query, row.id, "paused before it was published");
    await query("pause-schedule", PAUSE, [row.id]);
    return true;
  });
}

const PAUSE = `
update schedule.schedules set paused = true, next_at = null, run_at = null,
  updated_at = case when paused then updated_at else now() end
where id = $1`;

/** False when there is none by this name. */
export function resumeSchedule(db: Db, key: Key): Promise<boolean> {
  return db.transaction(async (query) => {
    const row = await lock(query, key);
    if (row === null) return false;
    if (!row.paused) return true;
    // It was written as such.
    const definition = JSON.parse(row.definition) as ScheduleDefinition;
    const resume = "update schedule.schedules set paused = false, updated_at = now() where id = $1";
    await query("resume-schedule", resume, [row.id]);
    await setNext(query, row.id, nextRun(definition, row.now_ms));
    return true;
  });
}

const RUN = `
update schedule.schedules set run_at = coalesce(run_at, date_trunc('milliseconds', schedule.now()))
where tenant = $1 and name = $2 returning run_at`;

/** When the run that is asked for is planned: now, or as asked before; null when there is none by this name. */
export async function askForRun(db: Db, { tenant, name }: Key): Promise<Date | null> {
  const [row] = await db.query<{ run_at: Date }>("run-schedule", RUN, [tenant, name]);
  return row?.run_at ?? null;
}
