/** Events seen: what fixes accept time and catalog revision, so that a repeat decides the same; owner: router.
 * The decision is written in place a moment later: room is left on each page for it. */
export const routing = `
create schema routing;
create table routing.events (
  tenant text not null,
  source text not null,
  event_id text not null,
  accepted_at bigint not null,
  catalog_revision bigint not null,
  type text not null,
  decision jsonb,
  primary key (tenant, source, event_id)
) with (fillfactor = 60);
`;
