/** Tenants' settings are entries of the catalog, so that a revision fixes them as it fixes rules and templates. */
export const tenantSettings = `
alter table catalog.entries drop constraint if exists entries_kind_check;
alter table catalog.entries add constraint entries_kind_check
  check (kind in ('template', 'rule', 'category', 'workflow', 'settings'));
`;
