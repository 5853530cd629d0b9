/**
 * Files that notifications carry; their bytes lie in the attachment store under `object`. The row comes before the
 * bytes and goes after them, so that no object is left behind. `id` is null while the file is being stored and while
 * it is being removed: nobody finds it then.
 */
export const attachments = `
create table gateway.attachments (
  object uuid primary key,
  tenant text not null references gateway.tenants,
  id uuid,
  filename text not null,
  content_type text not null,
  size integer not null,
  sha256 text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  unique (tenant, id)
);
create index on gateway.attachments (expires_at);
`;
