import { textArray, timestamptzArray } from "./array-param.ts";
import type { Db } from "./connection.ts";

/** An address in the form the list keeps it (`suppressionAddress` of contracts). */
export type SuppressibleAddress = { tenant: string; channel: string; address: string };
/** `at` is when it happened, `until` when the address is sent to again by itself; ms since 1970. */
export type NewSuppression = SuppressibleAddress & {
  reason: string;
  provider: string;
  at: number;
  until?: number;
};

// What was lifted comes back only by something that happened after; of a STOP and a START at once the STOP counts.
// In key order, so that two writers wait for each other instead of deadlocking.
const INSERT = `
insert into directory.suppressions as s (tenant, channel, address, reason, provider, at, until)
select distinct on (tenant, channel, address, reason) tenant, channel, address, reason, provider, at, until
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
  as i (tenant, channel, address, reason, provider, at, until)
order by tenant, channel, address, reason, at desc
on conflict (tenant, channel, address, reason) do update
  set provider = excluded.provider, at = excluded.at, until = excluded.until, lifted_at = null
where excluded.at > s.lifted_at
   or (excluded.at = s.lifted_at and excluded.reason = 'stop')
   or (s.lifted_at is null and coalesce(excluded.until, 'infinity') > s.until)`;

/** Puts addresses on the suppression list; repeats change nothing. */
export async function insertSuppressions(db: Db, rows: readonly NewSuppression[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query("insert-suppressions", INSERT, [
    textArray(rows.map((row) => row.tenant)),
    textArray(rows.map((row) => row.channel)),
    textArray(rows.map((row) => row.address)),
    textArray(rows.map((row) => row.reason)),
    textArray(rows.map((row) => row.provider)),
    timestamptzArray(rows.map((row) => Math.floor(row.at))),
    timestamptzArray(rows.map((row) => (row.until === undefined ? null : Math.floor(row.until)))),
  ]);
}

// A START that comes before its STOP leaves a lifted row, which the older STOP does not bring back.
const LIFT_STOPS = `
insert into directory.suppressions as s (tenant, channel, address, reason, provider, at, lifted_at)
select distinct on (tenant, channel, address) tenant, channel, address, 'stop', provider, at, at
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
  as i (tenant, channel, address, provider, at)
order by tenant, channel, address, at desc
on conflict (tenant, channel, address, reason) do update set lifted_at = excluded.lifted_at
where (s.lifted_at is null and s.at <= excluded.lifted_at) or s.lifted_at < excluded.lifted_at`;

/** Lifts what a STOP before `at` put on the list, and nothing else. */
export async function liftStops(
  db: Db,
  rows: readonly Omit<NewSuppression, "reason" | "until">[],
): Promise<void> {
  if (rows.length === 0) return;
  await db.query("lift-stops", LIFT_STOPS, [
    textArray(rows.map((row) => row.tenant)),
    textArray(rows.map((row) => row.channel)),
    textArray(rows.map((row) => row.address)),
    textArray(rows.map((row) => row.provider)),
    timestamptzArray(rows.map((row) => Math.floor(row.at))),
  ]);
}

// Whoever unsubscribed may bounce, too: the reason that nothing passes comes first.
const FIND = `
select distinct on (s.tenant, s.channel, s.address) s.tenant, s.channel, s.address, s.reason
from unnest($1::text[], $2::text[], $3::text[]) as i (tenant, channel, address)
join directory.suppressions s on s.tenant = i.tenant and s.channel = i.channel and s.address = i.address
where s.lifted_at is null and (s.until is null or s.until > now())
order by s.tenant, s.channel, s.address, s.reason = 'unsubscribe'`;

/** Why addresses are suppressed, all looked up in one statement; null when none of them is. */
export async function findSuppressed(
  db: Db,
  addresses: readonly SuppressibleAddress[],
): Promise<((address: SuppressibleAddress) => string | null) | null> {
  if (addresses.length === 0) return null;
  const rows = await db.query<SuppressibleAddress & { reason: string }>("find-suppressed", FIND, [
    textArray(addresses.map((one) => one.tenant)),
    textArray(addresses.map((one) => one.channel)),
    textArray(addresses.map((one) => one.address)),
  ]);
  if (rows.length === 0) return null;
  const found = new Map(rows.map((row) => [keyOf(row), row.reason]));
  return (address) => found.get(keyOf(address)) ?? null;
}

const keyOf = ({ tenant, channel, address }: SuppressibleAddress) =>
  `${tenant}\0${channel}\0${address}`;
