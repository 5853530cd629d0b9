/**
 * What recipients had of categories with a frequency cap: a row each, so that two routers that count for one recipient
 * wait for each other. `ids` and `at` are as long as each other and at most `cap`; after `until` nothing counts any
 * more. Owner: router.
 */
export const frequencyCaps = `
create table routing.frequency (
  tenant text not null,
  recipient text not null,
  category text not null,
  cap int not null,
  ids uuid[] not null,
  at timestamptz[] not null,
  until timestamptz not null,
  primary key (tenant, recipient, category)
) with (fillfactor = 70);
create index on routing.frequency (until);
`;
