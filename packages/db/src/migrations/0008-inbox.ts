/**
 * In-app items; written through packages/db's inbox store alone. `seq` is the cursor, taken under the head's row
 * lock. `unread` counts items neither read nor archived.
 *
 * `insert_items` is a function because its last statement must see what was committed while it waited for the
 * locks: each statement of a function takes a snapshot of its own, a single statement has but one.
 */
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
  primary key (tenant, recipient, seq)
);
create index on inbox.items (tenant, recipient, seq) where read_at is null and archived_at is null;

create function inbox.insert_items(
  tenants text[], recipients text[], ids uuid[], notifications uuid[], titles text[], bodies text[], datas jsonb[]
) returns table (seq bigint, unread int, inserted boolean) language plpgsql as $$
#variable_conflict use_column
begin
  insert into inbox.heads (tenant, recipient)
  select distinct t, r from unnest(tenants, recipients) as u (t, r) order by 1, 2
  on conflict do nothing;

  perform from inbox.heads
  where (tenant, recipient) in (select t, r from unnest(tenants, recipients) as u (t, r))
  order by tenant, recipient
  for update;

  return query
  with input as (
    select * from unnest(tenants, recipients, ids, notifications, titles, bodies, datas) with ordinality
      as u (tenant, recipient, id, notification_id, title, body, data, place)
  ), fresh as (
    select i.*, h.seq + row_number() over (partition by i.tenant, i.recipient order by i.place) as seq
    from (select distinct on (id) * from input order by id, place) as i
    join inbox.heads as h using (tenant, recipient)
    where not exists (select from inbox.items as x where x.id = i.id)
  ), added as (
    insert into inbox.items (tenant, recipient, seq, id, notification_id, title, body, data)
    select tenant, recipient, seq, id, notification_id, title, body, data from fresh
    returning tenant, recipient, seq
  ), moved as (
    update inbox.heads as h set seq = a.seq, unread = h.unread + a.added
    from (select tenant, recipient, max(seq) as seq, count(*)::int as added from added group by 1, 2) as a
    where h.tenant = a.tenant and h.recipient = a.recipient
    returning h.tenant, h.recipient, h.unread
  )
  select coalesce(f.seq, x.seq, h.seq), coalesce(m.unread, h.unread), coalesce(f.place = i.place, false)
  from input as i
  join inbox.heads as h using (tenant, recipient)
  left join fresh as f on f.id = i.id
  left join moved as m on m.tenant = i.tenant and m.recipient = i.recipient
  left join inbox.items as x on x.id = i.id
  order by i.place;
end
$$;
`;
