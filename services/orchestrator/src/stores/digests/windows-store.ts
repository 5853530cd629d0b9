import { type Db, textArray, timestamptzArray, uuidArray } from "@pulsecourier/db";

/** A window that is open. Times in ms since 1970. */
export type OpenWindow = {
  digest: string;
  tenant: string;
  leading: boolean;
  /** The saga that closes it; null while nothing but a leading item has come, which is not in it. */
  leader: string | null;
  closesAt: number;
  /** How far further items may prolong it; null where none does. */
  latestAt: number | null;
};

/** Lets one transaction at a time at each of these digests, until its end. */
export async function lockDigests(query: Db["query"], digests: readonly string[]): Promise<void> {
  // In one order, so that no two wait for each other.
  const sorted = [...new Set(digests)].toSorted();
  await query(
    "saga-lock-digests",
    "select pg_advisory_xact_lock(hashtextextended(digest, 0)) from unnest($1::text[]) as digest",
    [textArray(sorted)],
  );
}

/** Those of the digests whose windows are open. */
export async function readWindows(
  query: Db["query"],
  digests: readonly string[],
): Promise<OpenWindow[]> {
  const rows = await query<OpenWindow>(
    "saga-read-digests",
    `select digest, tenant, first_at_once as "leading", leader,
       round(extract(epoch from closes_at) * 1000)::float8 as "closesAt",
       round(extract(epoch from latest_at) * 1000)::float8 as "latestAt"
     from saga.digests where digest = any($1::text[])`,
    [textArray(digests)],
  );
  return rows;
}

/** Writes windows as they are now. */
export async function writeWindows(
  query: Db["query"],
  windows: readonly OpenWindow[],
): Promise<void> {
  await query(
    "saga-write-digests",
    `insert into saga.digests (digest, tenant, first_at_once, leader, closes_at, latest_at)
     select * from unnest($1::text[], $2::text[], $3::bool[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
     on conflict (digest) do update set
       first_at_once = excluded.first_at_once, leader = excluded.leader, closes_at = excluded.closes_at,
       latest_at = excluded.latest_at`,
    [
      textArray(windows.map(({ digest }) => digest)),
      textArray(windows.map(({ tenant }) => tenant)),
      windows.map(({ leading }) => leading),
      uuidArray(windows.map(({ leader }) => leader)),
      timestamptzArray(windows.map(({ closesAt }) => closesAt)),
      timestamptzArray(windows.map(({ latestAt }) => latestAt)),
    ],
  );
}

export async function deleteWindow(query: Db["query"], digest: string): Promise<void> {
  await query("saga-delete-digest", "delete from saga.digests where digest = $1", [digest]);
}

/** Forgets some windows whose time is over and that nothing came to after their leading item. */
export async function forgetEmpty(query: Db["query"], now: number): Promise<void> {
  await query(
    "saga-forget-digests",
    `delete from saga.digests where digest in (
       select digest from saga.digests where leader is null and closes_at <= $1::timestamptz
       order by closes_at limit 100 for update skip locked)`,
    [new Date(now)],
  );
}
