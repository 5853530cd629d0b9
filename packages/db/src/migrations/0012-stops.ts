/**
 * What an operator has stopped; a lifted stop stays for a while, to be looked up. A timer may wait for stops: it is due
 * when one of them no longer stands, and at its own time in any case.
 */
export const stops = `
create table gateway.stops (
  id uuid primary key default gen_random_uuid(),
  channel text,
  account text,
  tenant text references gateway.tenants,
  reason text not null,
  by text not null,
  at timestamptz not null default now(),
  lifted_at timestamptz,
  lifted_by text,
  check (channel is not null or tenant is not null),
  check (account is null or (channel is not null and tenant is null))
);
create unique index on gateway.stops (channel, account, tenant) nulls not distinct where lifted_at is null;

alter table schedule.timers add column held_by uuid[];
create index on schedule.timers (held_by, topic, id) where held_by is not null;
`;
