/** Records to publish when due; any service inserts, only the scheduler changes them. */
export const schedule = `
create schema schedule;
create table schedule.timers (
  id uuid primary key,
  tenant text not null,
  due_at timestamptz not null,
  topic text not null,
  key text,
  headers jsonb not null,
  value bytea not null,
  created_at timestamptz not null default now()
);
create index on schedule.timers (due_at, id);
`;
