import { randomBytes } from "node:crypto";
import {
  CallbackEnd,
  CallbackEvent,
  type CallbackInput,
  type CallbackView,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Key = { tenant: string; name: string };

// Standard Webhooks 1.0: 24 to 64 random bytes.
const SECRET_BYTES = 32;

/** A callback's view, with its secret when it is new. */
export async function putCallback(
  db: Db,
  { tenant, name, url, events }: Key & CallbackInput,
): Promise<{ view: CallbackView; secret: Buffer | null }> {
  const secret = randomBytes(SECRET_BYTES);
  const [row] = await db.query<{ created: boolean }>("put-callback", PUT, [
    tenant,
    name,
    url,
    [...new Set(events)],
    secret,
  ]);
  const view = await readCallback(db, { tenant, name });
  if (view === null) throw new Error("the callback was deleted at the same moment");
  return { view, secret: row?.created === true ? secret : null };
}

const PUT = `
insert into gateway.callbacks (tenant, name, url, events, secret) values ($1, $2, $3, $4, $5)
on conflict (tenant, name) do update set
  url = excluded.url, events = excluded.events, enabled_at = now(), updated_at = now()
returning (xmax = 0) as created`;

/** How many callbacks a tenant has besides the one of this name. */
export async function countOtherCallbacks(db: Db, { tenant, name }: Key): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "count-callbacks",
    "select count(*)::int as count from gateway.callbacks where tenant = $1 and name <> $2",
    [tenant, name],
  );
  return row?.count ?? 0;
}

// What happened before a callback was last enabled is over.
const SELECT = `
select c.name, c.url, c.events, c.created_at, c.updated_at,
       h.failing_since, h.last_error, h.disabled_at, h.disabled_reason
from gateway.callbacks as c
left join tracking.callback_health as h
  on h.tenant = c.tenant and h.name = c.name and coalesce(h.disabled_at, h.failing_since) >= c.enabled_at`;

export async function readCallback(db: Db, { tenant, name }: Key): Promise<CallbackView | null> {
  const text = `${SELECT} where c.tenant = $1 and c.name = $2`;
  const [row] = await db.query<Row>("read-callback", text, [tenant, name]);
  return row === undefined ? null : toView(row);
}

export async function listCallbacks(db: Db, tenant: string): Promise<CallbackView[]> {
  const text = `${SELECT} where c.tenant = $1 order by c.name`;
  return (await db.query<Row>("list-callbacks", text, [tenant])).map(toView);
}

/** False when there is none by this name. */
export async function deleteCallback(db: Db, { tenant, name }: Key): Promise<boolean> {
  const rows = await db.query<{ name: string }>(
    "delete-callback",
    "delete from gateway.callbacks where tenant = $1 and name = $2 returning name",
    [tenant, name],
  );
  return rows.length > 0;
}

/** A new secret, and until when the one before signs along; null when there is no callback by this name. */
export async function rotateSecret(
  db: Db,
  { tenant, name }: Key,
): Promise<{ secret: Buffer; previousUntil: Date } | null> {
  const secret = randomBytes(SECRET_BYTES);
  const [row] = await db.query<{ previous_until: Date }>(
    "rotate-callback-secret",
    `update gateway.callbacks
     set secret = $3, previous_secret = secret, previous_until = now() + interval '24 hours', updated_at = now()
     where tenant = $1 and name = $2 returning previous_until`,
    [tenant, name, secret],
  );
  return row === undefined ? null : { secret, previousUntil: row.previous_until };
}

type Row = {
  name: string;
  url: string;
  events: string[];
  created_at: Date;
  updated_at: Date;
  failing_since: Date | null;
  last_error: string | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
};

function toView(row: Row): CallbackView {
  return {
    name: row.name,
    url: row.url,
    events: CallbackEvent.array().parse(row.events),
    state: row.disabled_at === null ? "enabled" : "disabled",
    disabledAt: row.disabled_at?.toISOString() ?? null,
    disabledReason: CallbackEnd.nullable().parse(row.disabled_reason),
    failingSince: row.failing_since?.toISOString() ?? null,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
