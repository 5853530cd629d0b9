import { durationMs, type FrequencyCap } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

/** A notification that is to go out in a category with a cap. */
export type Capped = {
  notificationId: string;
  tenant: string;
  /** The recipient's key. */
  recipient: string;
  category: string;
  cap: FrequencyCap;
};

/** What a recipient had of a category, as far as it counts: ids of notifications. */
type Counted = ReadonlySet<string>;

/**
 * Counts notifications in one statement, each of them once however often it comes, and only as many as the cap lets
 * through. Gives what counts for a notification's recipient and category now: one that is not among it is over the cap.
 */
export async function countCapped(
  db: Db,
  asked: readonly Capped[],
): Promise<(one: Capped) => Counted> {
  if (asked.length === 0) return () => new Set();
  const groups = Map.groupBy(asked, keyOf);
  // In key order, so that two routers cannot deadlock.
  const keys = [...groups.keys()].toSorted();
  const rows = keys.flatMap((key) => {
    const group = groups.get(key) ?? [];
    const last = group.at(-1);
    return last === undefined ? [] : [{ ...last, ids: group.map((one) => one.notificationId) }];
  });
  const counted = await db.query<{ at: number; ids: string[] }>("router-count-capped", COUNT, [
    rows.map(({ tenant }) => tenant),
    rows.map(({ recipient }) => recipient),
    rows.map(({ category }) => category),
    rows.map(({ cap }) => cap.max),
    rows.map(({ cap }) => durationMs(cap.per)),
    // An array of arrays would be unnested through and through.
    rows.map(({ ids, cap }) => `{${[...new Set(ids)].slice(0, cap.max).join(",")}}`),
  ]);
  const byKey = new Map(counted.map(({ at, ids }) => [keys[at - 1] ?? "", new Set(ids)]));
  return (one) => byKey.get(keyOf(one)) ?? new Set();
}

/** `excluded.until - excluded.at[1]` is the length of the cap's time. */
const COUNT = `
with asked as (
  select i.*, i.ids::uuid[] as wanted, n.now
  from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::text[])
    with ordinality as i (tenant, recipient, category, cap, per, ids, ord),
    (select schedule.now() as now) as n
), counted as (
  insert into routing.frequency as f (tenant, recipient, category, cap, ids, at, until)
  select tenant, recipient, category, cap, wanted, array_fill(now, array[cardinality(wanted)]),
    now + per * interval '1 millisecond'
  from asked order by ord
  on conflict (tenant, recipient, category) do update set cap = excluded.cap, until = excluded.until,
    (ids, at) = (
      select live.ids || new.ids, live.at || array_fill(excluded.at[1], array[cardinality(new.ids)])
      from (
        select coalesce(array_agg(k.id order by k.ord), '{}') as ids,
          coalesce(array_agg(k.at order by k.ord), '{}') as at
        from unnest(f.ids, f.at) with ordinality as k (id, at, ord)
        where k.at > excluded.at[1] - (excluded.until - excluded.at[1])
      ) as live,
      lateral (
        select array(
          select n.id from unnest(excluded.ids) with ordinality as n (id, ord)
          where n.id <> all (live.ids)
          order by n.ord limit greatest(excluded.cap - cardinality(live.ids), 0)
        ) as ids
      ) as new
    )
  returning tenant, recipient, category, ids
)
select asked.ord::int as at, counted.ids from asked join counted using (tenant, recipient, category)`;

/** Deletes rows in which nothing counts any more, at most `limit`; gives how many. */
export async function deleteOldCounts(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    "router-delete-old-counts",
    `delete from routing.frequency where (tenant, recipient, category) in (
       select tenant, recipient, category from routing.frequency
       where until < schedule.now() limit $1 for update skip locked)
     returning 1`,
    [limit],
  );
  return rows.length;
}

function keyOf({ tenant, recipient, category }: Capped): string {
  return `${tenant}\0${recipient}\0${category}`;
}
