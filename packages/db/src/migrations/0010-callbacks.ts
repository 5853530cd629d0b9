/**
 * Tenants' status callbacks. What they are belongs to the gateway, how they fare to the tracker; a callback is
 * disabled when it was disabled after it was last enabled.
 */
export const callbacks = `
insert into gateway.secrets
select 'webhooks', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');

create table gateway.callbacks (
  tenant text not null references gateway.tenants,
  name text not null,
  url text not null,
  events text[] not null,
  secret bytea not null,
  previous_secret bytea,
  previous_until timestamptz,
  enabled_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant, name)
);

create table tracking.callback_health (
  tenant text not null,
  name text not null,
  failing_since timestamptz,
  last_error text,
  disabled_at timestamptz,
  disabled_reason text,
  primary key (tenant, name)
);
`;
