/**
 * Recurring schedules. The gateway writes definitions, the scheduler plans their runs; a run's record is a row of
 * schedule.timers under the run's event id. `definition` is JSON text as clients see it, `emits` what a run publishes.
 * `next_at` is null while paused and after the end, `run_at` is set when a run was asked for.
 */
export const schedules = `
create table schedule.schedules (
  id uuid primary key default gen_random_uuid(),
  tenant text not null,
  name text not null,
  version int not null default 1,
  definition text not null,
  emits text not null,
  paused boolean not null default false,
  next_at timestamptz,
  run_at timestamptz,
  due_at timestamptz generated always as (least(next_at, run_at)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant, name)
);
create index on schedule.schedules (due_at) where due_at is not null;

create table schedule.runs (
  schedule_id uuid not null references schedule.schedules (id) on delete cascade,
  planned_at timestamptz not null,
  version int not null,
  result text not null,
  reason text not null,
  count int not null default 1,
  event_id uuid,
  notification_ids uuid[] not null default '{}',
  at timestamptz not null,
  primary key (schedule_id, planned_at)
);
`;
