/**
 * In-app items; written through packages/db's inbox store alone. `seq` is the cursor, taken under the head's row
 * lock. `unread` counts items neither read nor archived.
 *
 * `insert_items` is a function because its last statement must see what was committed while it waited for the
 * locks: each statement of a function takes a snapshot of its own, a single statement has but one. A wave is small
 * beside the tables, but a plan made while they were empty reads them whole; hence its settings.
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
) returns table (seq bigint, unread int, inserted boolean) language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  insert into inbox.heads (tenant, recipient)
  select distinct t, r from unnest(tenants, recipients) as u (t, r)
  where not exists (select from inbox.heads as h where h.tenant = t and h.recipient = r)
  order by 1, 2
  on conflict do nothing;

  perform from inbox.heads
  where (tenant, recipient) in (select t, r from unnest(tenants, recipients) as u (t, r))
  order by tenant, recipient
  for update;

  return query
  with input as (
    select u.*, h.seq as head, h.unread, x.seq as there,
           x.id is null and row_number() over (partition by u.id order by place) = 1 as fresh
    from unnest(tenants, recipients, ids, notifications, titles, bodies, datas) with ordinality
      as u (tenant, recipient, id, notification_id, title, body, data, place)
    join inbox.heads as h on h.tenant = u.tenant and h.recipient = u.recipient
    left join inbox.items as x on x.id = u.id
  ), placed as (
    select *, head + count(*) filter (where fresh) over (partition by tenant, recipient order by place) as seq,
           count(*) filter (where fresh) over (partition by tenant, recipient)::int as added
    from input
  ), added as (
    insert into inbox.items (tenant, recipient, seq, id, notification_id, title, body, data)
    select tenant, recipient, seq, id, notification_id, title, body, data from placed where fresh
  ), moved as (
    update inbox.heads as h set seq = a.seq, unread = h.unread + a.added
    from (select tenant, recipient, max(seq) as seq, max(added) as added
          from placed where fresh group by 1, 2) as a
    where h.tenant = a.tenant and h.recipient = a.recipient
  )
  select coalesce(there, first_value(seq) over (partition by id order by place)), unread + added, fresh
  from placed
  order by place;
end
$$;
`;
