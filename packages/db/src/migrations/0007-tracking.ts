/**
 * What clients see of notifications, rebuilt from lifecycle facts; owner: tracker. Ids start with the accept
 * time, so the primary keys also serve lists by time.
 */
export const tracking = `
create schema tracking;
-- view is the JSON text of a NotificationView without its timeline; the columns serve lists and the version
-- guards against two trackers writing one row around a rebalance.
create table tracking.notifications (
  tenant text not null,
  id uuid not null,
  version int not null,
  status text not null,
  event_id text,
  recipient text,
  channels text[] not null,
  view text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant, id)
) with (fillfactor = 70);
create index on tracking.notifications (tenant, recipient, id);
create index on tracking.notifications (created_at) where status in ('accepted', 'processing');

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

`;
