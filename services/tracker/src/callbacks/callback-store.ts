import { type CallbackEnd, CallbackEvent } from "@pulsecourier/contracts";
import { type Db, textArray, timestamptzArray } from "@pulsecourier/db";

/** A callback that is told of facts. */
export type Callback = {
  tenant: string;
  name: string;
  url: string;
  events: readonly CallbackEvent[];
  /** Since when nothing has got through, ms since 1970; null while it works. */
  failingSince: number | null;
};

// A disabled callback is none, and what was before it was last enabled is over; see migration 0010.
const READ = `
select c.tenant, c.name, c.url, c.events,
       case when h.failing_since >= c.enabled_at then h.failing_since end as failing_since
from gateway.callbacks as c
left join tracking.callback_health as h on h.tenant = c.tenant and h.name = c.name
where c.tenant = any($1::text[]) and (h.disabled_at is null or h.disabled_at < c.enabled_at)`;

/** The enabled callbacks of these tenants. */
export async function readCallbacks(db: Db, tenants: readonly string[]): Promise<Callback[]> {
  const rows = await db.query<{
    tenant: string;
    name: string;
    url: string;
    events: string[];
    failing_since: Date | null;
  }>("tracker-callbacks", READ, [textArray([...tenants])]);
  return rows.map(({ events, failing_since, ...row }) => ({
    ...row,
    events: CallbackEvent.array().parse(events),
    failingSince: failing_since?.getTime() ?? null,
  }));
}

/** How a callback has fared: what failed last, or null when it works again. */
export type Fared = {
  tenant: string;
  name: string;
  at: number;
  error: string | null;
  end: CallbackEnd | null;
};

// A failure keeps the time of the first one, unless that was before the callback was last enabled.
const WRITE = `
insert into tracking.callback_health as h (tenant, name, failing_since, last_error, disabled_at, disabled_reason)
select i.tenant, i.name, case when i.error is not null then i.at end, i.error,
       case when i.reason is not null then now() end, i.reason
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) as i(tenant, name, at, error, reason)
join gateway.callbacks as c on c.tenant = i.tenant and c.name = i.name
order by i.tenant, i.name
on conflict (tenant, name) do update set
  failing_since = case
    when excluded.failing_since is null then null
    when h.failing_since >= (select enabled_at from gateway.callbacks as c where c.tenant = h.tenant and c.name = h.name)
      then least(h.failing_since, excluded.failing_since)
    else excluded.failing_since
  end,
  last_error = excluded.last_error, disabled_at = excluded.disabled_at, disabled_reason = excluded.disabled_reason`;

/** Writes how callbacks have fared, each once. */
export async function saveFared(db: Db, all: readonly Fared[]): Promise<void> {
  await db.query("tracker-callback-health", WRITE, [
    textArray(all.map((one) => one.tenant)),
    textArray(all.map((one) => one.name)),
    timestamptzArray(all.map((one) => one.at)),
    textArray(all.map((one) => one.error)),
    textArray(all.map((one) => one.end)),
  ]);
}
