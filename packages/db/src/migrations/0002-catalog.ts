/**
 * Rules, templates and categories as immutable versions; owner: gateway. A version is live in the catalog
 * revisions from `since` up to, not including, `until`, so that any revision can be read again.
 */
export const catalog = `
create schema catalog;
create table catalog.revisions (
  tenant text primary key,
  revision bigint not null
);
create table catalog.entries (
  tenant text not null,
  kind text not null check (kind in ('template', 'rule', 'category')),
  name text not null,
  version int not null,
  since bigint not null,
  until bigint,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant, kind, name, version)
);
create unique index on catalog.entries (tenant, kind, name) where until is null;
`;
