/**
 * Audiences and their members (owner: gateway), and fan-outs (owner: router): an event on its way to an audience, with
 * the event itself as long as that takes. Recipients are in the order of their bytes, which pages go by.
 */
export const audiences = `
create table directory.audiences (
  id bigint generated always as identity primary key,
  tenant text not null,
  name text not null,
  description text,
  open boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant, name)
);
create table directory.members (
  audience bigint not null references directory.audiences on delete cascade,
  recipient text collate "C" not null,
  added_at timestamptz not null default now(),
  primary key (audience, recipient)
);
create index on directory.members (recipient);

create table routing.fanouts (
  id uuid primary key,
  tenant text not null,
  event_id text not null,
  rule text not null,
  audience text not null,
  audience_id bigint,
  lane text not null,
  status text not null,
  reached text collate "C",
  expanded bigint not null default 0,
  pages int not null default 0,
  accepted_at bigint not null,
  catalog_revision bigint not null,
  headers text not null,
  value bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
`;
