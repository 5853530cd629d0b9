/**
 * What sagas share. Owner: orchestrator; of `gateway.budgets`, what tenants set, the gateway.
 *
 * A throttle's row holds the times it admitted within its span, at most `max`; `granted` is how many the last statement
 * added. A budget's row is one of its periods. A reservation is there until it is settled or released.
 */
export const sharedCounts = `
create table saga.throttles (
  tenant text not null,
  scope text not null,
  key text not null,
  max int not null,
  span interval not null,
  times timestamptz[] not null,
  granted int not null,
  expires_at timestamptz not null,
  primary key (tenant, scope, key)
);
create index on saga.throttles (expires_at);

create table gateway.budgets (
  tenant text not null,
  name text not null,
  max numeric(18, 6) not null,
  -- Null: it never begins anew.
  period text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant, name)
);

create table saga.budgets (
  tenant text not null,
  name text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  used numeric(18, 6) not null default 0,
  reserved numeric(18, 6) not null default 0,
  primary key (tenant, name, starts_at)
);
create index on saga.budgets (ends_at) where reserved = 0;

create table saga.reservations (
  saga_id uuid not null,
  step text not null,
  tenant text not null,
  budget text not null,
  starts_at timestamptz not null,
  amount numeric(18, 6) not null,
  primary key (saga_id, step)
);
`;
