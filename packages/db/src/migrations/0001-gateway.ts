/** Tenants, keys, idempotency records, outbox; owner: gateway. The id secret is made once and never rotated. */
export const gateway = `
create schema gateway;
create table gateway.secrets (
  name text primary key,
  value bytea not null
);
insert into gateway.secrets
select name, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
from unnest(array['ids', 'tokens', 'cursors']) as name;

create table gateway.tenants (
  id text primary key,
  sandbox boolean not null default false,
  created_at timestamptz not null default now()
);
insert into gateway.tenants (id) values ('default');

create table gateway.api_keys (
  id uuid primary key,
  tenant text not null references gateway.tenants,
  name text not null,
  prefix text not null unique,
  hash bytea not null,
  scopes text[] not null,
  rate_per_second int,
  unlimited boolean not null default false,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index on gateway.api_keys (tenant, created_at);

create table gateway.idempotency (
  tenant text not null,
  key text not null,
  fingerprint bytea not null,
  event_id uuid not null,
  accepted_at bigint not null,
  state text not null check (state in ('running', 'released', 'done')),
  locked_until timestamptz not null,
  status int,
  response text,
  created_at timestamptz not null default now(),
  primary key (tenant, key)
);
create index on gateway.idempotency (created_at);

create table gateway.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key text,
  headers jsonb not null,
  value bytea not null,
  created_at timestamptz not null default now()
);
`;
