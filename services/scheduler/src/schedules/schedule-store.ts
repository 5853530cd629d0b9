import { RUNS_KEPT, ScheduleEmits, ScheduleInput, Timezone } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { OutRecord } from "@pulsecourier/kafka";

type Query = Db["query"];

/** A schedule with a run that is due or was asked for. Times in ms: two by the platform's clock, one by the machine's. */
export type DueSchedule = {
  id: string;
  tenant: string;
  name: string;
  version: number;
  definition: ReturnType<typeof Definition.parse>;
  emits: ScheduleEmits;
  nextMs: number | null;
  askedMs: number | null;
  nowMs: number;
  machineMs: number;
};

/** A run as it is remembered; with its record where it is fired. */
export type Run = {
  scheduleId: string;
  plannedMs: number;
  version: number;
  result: "fired" | "skipped" | "failed";
  reason: string;
  count: number;
  fired: { eventId: string; notificationIds: string[]; tenant: string; record: OutRecord } | null;
};

const Definition = ScheduleInput.safeExtend({ timezone: Timezone });
const ms = (time: string) => `(extract(epoch from ${time}) * 1000)::float8`;

// What the clock shows is read after it was compared: a claimed run is never early.
const CLAIM = `
select id, tenant, name, version, definition, emits, ${ms("next_at")} as "nextMs", ${ms("run_at")} as "askedMs",
  ${ms("schedule.now()")} as "nowMs", ${ms("clock_timestamp()")} as "machineMs"
from schedule.schedules where due_at <= schedule.now()
order by due_at limit $1 for update skip locked`;

type Row = Omit<DueSchedule, "definition" | "emits"> & { definition: string; emits: string };

/** What cannot be read, of a due schedule: written by another version of the platform, or by hand. */
export type BrokenSchedule = Pick<DueSchedule, "id" | "version" | "nowMs">;

/** Locks schedules that are due, leaving out those another instance holds, until the transaction ends. */
export async function claimSchedules(
  query: Query,
  limit: number,
): Promise<{ due: DueSchedule[]; broken: BrokenSchedule[] }> {
  const rows = await query<Row>("claim-schedules", CLAIM, [limit]);
  const due: DueSchedule[] = [];
  const broken: BrokenSchedule[] = [];
  for (const row of rows) {
    const definition = Definition.safeParse(JSON.parse(row.definition));
    const emits = ScheduleEmits.safeParse(JSON.parse(row.emits));
    if (!definition.success || !emits.success) broken.push(row);
    else due.push({ ...row, definition: definition.data, emits: emits.data });
  }
  return { due, broken };
}

const INSERT_RUNS = `
insert into schedule.runs (schedule_id, planned_at, version, result, reason, count, event_id, notification_ids, at)
select schedule_id, planned_at, version, result, reason, count, event_id, ids::uuid[], schedule.now()
from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::text[], $5::text[], $6::int[], $7::uuid[], $8::text[])
  as i (schedule_id, planned_at, version, result, reason, count, event_id, ids)
on conflict do nothing
returning event_id as "eventId"`;

// Due now: its lateness is not Kafka's.
const INSERT_TIMERS = `
insert into schedule.timers (id, tenant, due_at, topic, key, headers, value)
select id, tenant, schedule.now(), topic, key, headers, value
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bytea[])
  as i (id, tenant, topic, key, headers, value)`;

/** Remembers runs and hands over the records of those that are new; a planned time has one run for good. */
export async function insertRuns(query: Query, runs: readonly Run[]): Promise<Run[]> {
  const inserted = await query<{ eventId: string | null }>("insert-runs", INSERT_RUNS, [
    runs.map(({ scheduleId }) => scheduleId),
    runs.map(({ plannedMs }) => new Date(plannedMs)),
    runs.map(({ version }) => version),
    runs.map(({ result }) => result),
    runs.map(({ reason }) => reason),
    runs.map(({ count }) => count),
    runs.map(({ fired }) => fired?.eventId ?? null),
    // An array of arrays would be unnested through and through.
    runs.map(({ fired }) => `{${fired?.notificationIds.join(",") ?? ""}}`),
  ]);
  const isNew = new Set(inserted.map(({ eventId }) => eventId));
  const fresh = runs.filter(({ fired }) => fired === null || isNew.has(fired.eventId));
  const fired = fresh.flatMap((run) => run.fired ?? []);
  await query("insert-run-timers", INSERT_TIMERS, [
    fired.map(({ eventId }) => eventId),
    fired.map(({ tenant }) => tenant),
    fired.map(({ record }) => record.topic),
    fired.map(({ record }) => record.key),
    fired.map(({ record }) => JSON.stringify(record.headers)),
    fired.map(({ record }) => record.value),
  ]);
  return fresh;
}

const GO_ON = `
update schedule.schedules as s set next_at = i.next_at, run_at = null
from unnest($1::uuid[], $2::timestamptz[]) as i (id, next_at) where s.id = i.id`;

const FORGET = `
delete from schedule.runs as r using (
  select id, (select planned_at from schedule.runs where schedule_id = id order by planned_at desc offset $2 limit 1) as last
  from unnest($1::uuid[]) as id) as old
where r.schedule_id = old.id and r.planned_at <= old.last`;

/** Sets when the schedules fire next, and forgets their oldest runs. */
export async function goOn(
  query: Query,
  next: readonly { id: string; nextMs: number | null }[],
): Promise<void> {
  const ids = next.map(({ id }) => id);
  const times = next.map(({ nextMs }) => (nextMs === null ? null : new Date(nextMs)));
  await query("schedules-go-on", GO_ON, [ids, times]);
  await query("forget-runs", FORGET, [ids, RUNS_KEPT]);
}

/** Milliseconds until the next schedule is due, negative when it has been for that long; null without any. */
export async function msUntilNextSchedule(db: Db): Promise<number | null> {
  const [row] = await db.query<{ ms: number | null }>(
    "ms-until-schedule",
    `select ${ms("min(due_at) - schedule.now()")} as ms from schedule.schedules where due_at is not null`,
    [],
  );
  return row?.ms ?? null;
}
