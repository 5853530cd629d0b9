import { type Db, float8Array, int4Array, textArray, timestamptzArray } from "@pulsecourier/db";
import type { Answers, Asking } from "./answer-asks.ts";

// Times that have left the span are forgotten, and as many are added as then fit.
const COUNT = `
insert into saga.throttles as t (tenant, scope, key, max, span, times, granted, expires_at)
select tenant, scope, key, max, span, array_fill(at, array[least(wanted, max)]), least(wanted, max), at + span
from (
  select tenant, scope, key, wanted, max, span_ms * interval '1 millisecond' as span, at
  from unnest($1::text[], $2::text[], $3::text[], $4::int4[], $5::int4[], $6::float8[], $7::timestamptz[])
    as a (tenant, scope, key, wanted, max, span_ms, at)
) as asked
order by tenant, scope, key
on conflict (tenant, scope, key) do update set (max, span, times, granted, expires_at) = (
  select excluded.max, excluded.span, live || excluded.times[1:free], least(excluded.granted, free), excluded.expires_at
  from (
    select coalesce(array_agg(one order by one), '{}') as live, greatest(0, excluded.max - count(*))::int as free
    from unnest(t.times) as one where one + excluded.span > excluded.expires_at - excluded.span
  ) as kept
)
returning tenant, scope, key, granted`;

type Row = { tenant: string; scope: string; key: string; granted: number };
type Group = { asks: Asking<"throttle">[]; limit: number; spanMs: number };

/** Counts the asks that their limits admit, the first of a batch first. A sliding span: any of its length holds `limit`. */
export async function countThrottles(
  query: Db["query"],
  asks: readonly Asking<"throttle">[],
  now: number,
): Answers {
  if (asks.length === 0) return [];
  const groups = groupByKey(asks);
  const all = [...groups.values()];
  const rows = await query<Row>("saga-count-throttles", COUNT, [
    textArray(all.map(({ asks: [one] }) => one?.tenant ?? "")),
    textArray(all.map(({ asks: [one] }) => one?.ask.scope ?? "")),
    textArray(all.map(({ asks: [one] }) => one?.ask.key ?? "")),
    int4Array(all.map((group) => group.asks.length)),
    int4Array(all.map(({ limit }) => limit)),
    float8Array(all.map(({ spanMs }) => spanMs)),
    timestamptzArray(all.map(() => now)),
  ]);
  return rows.flatMap((row) => {
    const group = groups.get(nameOf(row.tenant, row));
    return (group?.asks ?? []).map(({ record }, index) =>
      record({ kind: "throttle", granted: index < row.granted }),
    );
  });
}

/** Where versions of a workflow differ, the narrower limit holds for all that ask at once. */
function groupByKey(asks: readonly Asking<"throttle">[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const one of asks) {
    const { limit, spanMs } = one.ask;
    const name = nameOf(one.tenant, one.ask);
    const group = groups.get(name) ?? { asks: [], limit, spanMs };
    group.asks.push(one);
    group.limit = Math.min(group.limit, limit);
    group.spanMs = Math.max(group.spanMs, spanMs);
    groups.set(name, group);
  }
  return groups;
}

function nameOf(tenant: string, { scope, key }: { scope: string; key: string }): string {
  return [tenant, scope, key].join("\0");
}
