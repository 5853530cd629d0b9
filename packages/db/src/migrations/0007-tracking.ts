/**
 * What clients see of notifications, rebuilt from lifecycle facts; owner: tracker. Ids start with the accept
 * time, so the primary keys also serve lists by time.
 */
export const tracking = `
create schema tracking;
create table tracking.notifications (
  tenant text not null,
  id uuid not null,
  status text not null,
  event_id text,
  recipient text,
  category text,
  lane text,
  channels text[] not null default '{}',
  summary text,
  error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
) with (fillfactor = 70);
create index on tracking.notifications (tenant, recipient, id);
create index on tracking.notifications (id) where status in ('accepted', 'scheduled', 'processing');

create table tracking.deliveries (
  id uuid primary key,
  tenant text not null,
  notification_id uuid not null,
  channel text not null,
  status text not null,
  redrive smallint not null,
  attempt smallint not null,
  provider text,
  provider_message_id text,
  error text,
  sent_at timestamptz,
  delivered_at timestamptz
) with (fillfactor = 70);

create table tracking.timeline (
  notification_id uuid not null,
  id uuid not null,
  tenant text not null,
  at timestamptz not null,
  fact text not null,
  primary key (notification_id, id)
);

create table tracking.dead_letters (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  tenant text,
  notification_id uuid,
  delivery_id uuid,
  channel text,
  provider text,
  origin_topic text not null,
  reason text not null,
  error_code text not null,
  error_message text not null,
  redrive smallint not null,
  failed_at timestamptz not null,
  redriven_at timestamptz,
  key bytea,
  headers jsonb not null,
  value bytea,
  primary key (topic, partition, "offset")
);
create index on tracking.dead_letters (tenant, failed_at);

create table tracking.synced (
  id int primary key,
  at timestamptz not null
);
`;
