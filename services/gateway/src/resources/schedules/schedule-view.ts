import { nextRun } from "@pulsecourier/calendar";
import {
  ScheduleInput,
  ScheduleRun,
  ScheduleSummary,
  ScheduleView,
  Timezone,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

const NEXT_RUNS = 5;
const LAST_RUNS = 20;

type Row = {
  id: string;
  name: string;
  version: number;
  definition: string;
  paused: boolean;
  next_at: Date | null;
  created_at: Date;
  updated_at: Date;
};
type RunRow = {
  planned_at: Date;
  at: Date;
  version: number;
  result: string;
  reason: string;
  count: number;
  event_id: string | null;
  notification_ids: string[];
};

const COLUMNS = "id, name, version, definition, paused, next_at, created_at, updated_at";
const Definition = ScheduleInput.safeExtend({ timezone: Timezone });

/** A tenant's schedule with its next and last runs; null when there is none by this name. */
export async function readSchedule(
  db: Db,
  { tenant, name }: { tenant: string; name: string },
): Promise<ScheduleView | null> {
  const read = `select ${COLUMNS} from schedule.schedules where tenant = $1 and name = $2`;
  const [row] = await db.query<Row>("read-schedule", read, [tenant, name]);
  if (row === undefined) return null;
  const runs = await db.query<RunRow>("read-runs", RUNS, [row.id, LAST_RUNS]);
  const definition = Definition.parse(JSON.parse(row.definition));
  return ScheduleView.parse({
    ...definition,
    ...summaryOf(row),
    nextRuns: nextRuns(definition, row.next_at),
    runs: runs.map(toRun),
  });
}

const RUNS = `
select planned_at, at, version, result, reason, count, event_id, notification_ids
from schedule.runs where schedule_id = $1 order by planned_at desc limit $2`;

const LIST = `
select ${COLUMNS} from schedule.schedules where tenant = $1 and name > $2 order by name limit $3`;

/** Schedules by name, after this one. */
export async function listSchedules(
  db: Db,
  { tenant, after, limit }: { tenant: string; after: string; limit: number },
): Promise<ScheduleSummary[]> {
  const rows = await db.query<Row>("list-schedules", LIST, [tenant, after, limit]);
  return rows.map((row) => ScheduleSummary.parse(summaryOf(row)));
}

function summaryOf(row: Row) {
  const { cron, timezone } = Definition.parse(JSON.parse(row.definition));
  return {
    name: row.name,
    version: row.version,
    state: row.paused ? "paused" : row.next_at === null ? "ended" : "active",
    cron,
    timezone,
    nextRunAt: row.next_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function nextRuns(definition: Parameters<typeof nextRun>[0], first: Date | null): string[] {
  const runs: string[] = [];
  let at = first?.getTime() ?? null;
  while (at !== null && runs.length < NEXT_RUNS) {
    runs.push(new Date(at).toISOString());
    at = nextRun(definition, at);
  }
  return runs;
}

function toRun(row: RunRow): ScheduleRun {
  const { version, reason, count } = row;
  return ScheduleRun.parse({
    plannedAt: row.planned_at.toISOString(),
    at: row.at.toISOString(),
    version,
    result: row.result,
    reason,
    count,
    eventId: row.event_id,
    notificationIds: row.notification_ids,
  });
}
