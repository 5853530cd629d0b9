/**
 * What recipients write back. `directory.contacts`: which tenants have sent to an address, kept as its SHA-256, so
 * that a STOP is known to be theirs; written by senders. `gateway.inbound_messages`: when a STOP or START was first
 * heard of, so that a repeat is about that time. An address may be suppressed for several reasons, each lifted by
 * itself, and for some until a time.
 */
export const inbound = `
alter table directory.suppressions add column until timestamptz;
alter table directory.suppressions drop constraint suppressions_pkey;
alter table directory.suppressions add primary key (tenant, channel, address, reason);

create table directory.contacts (
  channel text not null,
  address_hash text not null,
  tenant text not null,
  primary key (channel, address_hash, tenant)
);

create table gateway.inbound_messages (
  provider text not null,
  event_id text not null,
  heard_at timestamptz not null default now(),
  primary key (provider, event_id)
);
create index on gateway.inbound_messages (heard_at);
`;
