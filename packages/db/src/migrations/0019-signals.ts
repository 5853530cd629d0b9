/**
 * Events that workflows listen for. `saga.awaited` (owner: orchestrator) has a row for each key a running saga listens
 * for. `routing.signals` (owner: router) keeps events for an hour, for sagas that start after them; `event` is the JSON
 * text of a `SignalEvent`.
 */
export const signals = `
create table saga.awaited (
  tenant text not null,
  type text not null,
  key text not null,
  saga_id uuid not null,
  notification_id uuid not null,
  primary key (tenant, type, key, saga_id)
);
create index on saga.awaited (saga_id);

create table routing.signals (
  tenant text not null,
  type text not null,
  key text not null,
  source text not null,
  event_id text not null,
  event text not null,
  at timestamptz not null,
  primary key (tenant, type, key, source, event_id)
);
create index on routing.signals (at);
`;
