/** In-app items; written through packages/db's inbox store alone. `seq` is the cursor, taken under the head's row lock. */
export const inbox = `
create schema inbox;
create table inbox.heads (
  tenant text not null,
  recipient text not null,
  seq bigint not null default 0,
  unread int not null default 0,
  primary key (tenant, recipient)
) with (fillfactor = 70);
create table inbox.items (
  tenant text not null,
  recipient text not null,
  seq bigint not null,
  id uuid not null unique,
  notification_id uuid not null,
  title text not null,
  body text,
  data jsonb not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  archived_at timestamptz,
  retracted_at timestamptz,
  primary key (tenant, recipient, seq)
);
`;
