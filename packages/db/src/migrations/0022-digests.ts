/**
 * Items that wait for a digest's window to close; owner: orchestrator. A row of `saga.digests` is a window that is open:
 * its leader is the saga that closes it and goes on for all, null while only a leading item has come, which went out by
 * itself. Both tables hold only what is open. `item` is JSON text.
 */
export const digests = `
create table saga.digests (
  digest text primary key,
  tenant text not null,
  first_at_once boolean not null,
  leader uuid,
  closes_at timestamptz not null,
  latest_at timestamptz
);
create index on saga.digests (closes_at) where leader is null;

create table saga.digest_items (
  digest text not null,
  position bigint generated always as identity,
  saga_id uuid not null,
  notification_id uuid not null,
  item text not null,
  primary key (digest, position)
);
create unique index on saga.digest_items (digest, saga_id);
`;
