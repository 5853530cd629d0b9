/**
 * The effect ledger; owner: senders. A row is claimed (`calling`) before the provider is called and settled
 * after; `owner` and `lease_until` say whose call runs, `next_at` when a retry is due. `waiting` spent no attempt.
 * Rows are narrow and updated in place: half of each page is left for
 * it, since a claimed row is settled once at least, longer than it was.
 */
export const ledger = `
create schema ledger;
create table ledger.deliveries (
  id uuid primary key,
  tenant text not null,
  state text not null check (state in ('calling', 'sent', 'retry', 'waiting', 'failed', 'cancelled', 'expired')),
  redrive smallint not null,
  attempt smallint not null,
  owner uuid,
  lease_until timestamptz,
  next_at timestamptz,
  provider text,
  provider_message_id text,
  error_code text,
  possible_duplicates smallint not null default 0,
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

create table ledger.tombstones (
  notification_id uuid primary key,
  tenant text not null,
  created_at timestamptz not null default now()
);
`;
