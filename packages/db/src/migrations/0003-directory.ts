/** Recipients with their addresses, and their preferences; owner: gateway. */
export const directory = `
create schema directory;
create table directory.recipients (
  tenant text not null,
  id text not null,
  profile jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant, id)
);
create table directory.preferences (
  tenant text not null,
  recipient text not null,
  preferences jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (tenant, recipient)
);
`;
