/**
 * Running workflows; owner: orchestrator. `request`, `definition`, `state` and `events` are JSON text. The history is
 * only ever added to: a line an input, numbered without gaps, and no input twice. `outcome` is null until the end.
 */
export const sagas = `
alter table inbox.items add column retracted_at timestamptz;

create schema saga;
create table saga.instances (
  id uuid primary key,
  tenant text not null,
  notification_id uuid not null,
  version int not null,
  outcome text,
  request text not null,
  definition text not null,
  state text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 70);
create index on saga.instances (notification_id) where outcome is null;

create table saga.history (
  saga_id uuid not null,
  seq int not null,
  input_id uuid not null,
  at timestamptz not null,
  cause text not null,
  events text not null,
  primary key (saga_id, seq),
  unique (saga_id, input_id)
);

create table saga.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key text,
  headers jsonb not null,
  value bytea not null,
  created_at timestamptz not null default now()
);
`;
