/**
 * What providers report after sending. `directory.suppressions`: addresses nobody sends to, written through
 * packages/db's suppression store alone; a lifted row stays, so that a late repeat of the report does not bring it
 * back. `gateway.unknown_receipts`: receipts of messages that are not ours to tell about, kept to look into.
 */
export const receipts = `
create table directory.suppressions (
  id uuid not null unique default gen_random_uuid(),
  tenant text not null,
  channel text not null,
  address text not null,
  reason text not null check (reason in ('hard_bounce', 'complaint', 'stop', 'unsubscribe', 'recipient_gone')),
  provider text not null,
  at timestamptz not null,
  lifted_at timestamptz,
  primary key (tenant, channel, address)
);
create index on directory.suppressions (tenant, at, id) where lifted_at is null;

create table gateway.unknown_receipts (
  provider text not null,
  event_id text not null,
  kind text not null,
  provider_message_id text,
  reported_at timestamptz not null,
  received_at timestamptz not null default now(),
  primary key (provider, event_id)
);
create index on gateway.unknown_receipts (received_at);
`;
