/**
 * Rules and workflows an operator has paused; owner: gateway. A pause stands in the catalog revisions from `since` up
 * to, not including, `until`, as entries do, so that a repeat of an event decides the same. And jobs that cancel many
 * notifications: `after` is the last one looked at.
 */
export const pauses = `
create table catalog.pauses (
  id uuid primary key default gen_random_uuid(),
  tenant text not null,
  kind text not null check (kind in ('rule', 'workflow')),
  name text not null,
  events text not null check (events in ('wait', 'skip')),
  since bigint not null,
  until bigint,
  by text not null,
  at timestamptz not null default now(),
  resumed_at timestamptz
);
create unique index on catalog.pauses (tenant, kind, name) where until is null;
create index on catalog.pauses (tenant, since);

create table gateway.cancel_jobs (
  id uuid primary key,
  tenant text not null references gateway.tenants,
  filter jsonb not null,
  by text not null,
  status text not null check (status in ('running', 'done')),
  after uuid not null,
  up_to uuid not null,
  scanned int not null default 0,
  matched int not null default 0,
  cancelled int not null default 0,
  too_late int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on gateway.cancel_jobs (updated_at) where status = 'running';
`;
