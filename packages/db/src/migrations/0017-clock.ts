/**
 * The platform's clock: what timers, quiet hours and waits are told by. It is Postgres' own, and `ahead` of it only
 * where a developer has travelled in time. Stable, so that an index serves `due_at <= schedule.now()`.
 */
export const clock = `
create table schedule.clock (
  only_row boolean primary key default true check (only_row),
  ahead interval not null default '0' check (ahead >= '0')
);
insert into schedule.clock default values;

create function schedule.now() returns timestamptz language sql stable parallel safe
  as 'select clock_timestamp() + ahead from schedule.clock';
`;
