import { budgetPeriod, toMillionths } from "@pulsecourier/contracts";
import {
  type Db,
  float8Array,
  int2Array,
  textArray,
  timestamptzArray,
  uuidArray,
} from "@pulsecourier/db";
import type { Effects } from "../effects/effects-of.ts";
import type { Answers, Asking } from "./answer-asks.ts";

type Ask = Asking<"reserve">;
type Settlements = Effects["settlements"];
/** A budget in its present period; amounts in millionths. */
type Budget = {
  tenant: string;
  name: string;
  limit: number;
  startsAt: number;
  endsAt: number | null;
};
type Grant = { one: Ask; budget: Budget };

/** Reserves what budgets have left, the first of a batch first, then ends reservations. All amounts are exact. */
export async function keepBudgets(
  query: Db["query"],
  asks: readonly Ask[],
  settlements: Settlements,
  now: number,
): Answers {
  if (asks.length + settlements.length === 0) return [];
  const budgets = await readBudgets(query, asks, now);
  const left = await lockBudgets(query, [...budgets.values()], settlements);
  const granted: Grant[] = [];
  const answers = asks.map(({ record, ...one }) => {
    const key = nameOf(one.tenant, one.ask.budget);
    const budget = budgets.get(key);
    const had = Math.max(0, left.get(key) ?? 0);
    const wanted = toMillionths(one.ask.amount);
    const isGranted = budget !== undefined && wanted <= had;
    if (isGranted) {
      left.set(key, had - wanted);
      granted.push({ one: { record, ...one }, budget });
    }
    return record({ kind: "reserve", granted: isGranted, left: had / 1e6 });
  });
  if (granted.length > 0) await reserve(query, granted);
  if (settlements.length > 0) await settle(query, settlements);
  return answers;
}

const READ = `
select b.tenant, b.name, (b.max * 1000000)::float8 as limit, b.period
from unnest($1::text[], $2::text[]) as a (tenant, name)
join gateway.budgets as b on b.tenant = a.tenant and b.name = a.name
group by b.tenant, b.name`;

type Row = { tenant: string; name: string; limit: number; period: string | null };

/** The budgets asked of, as far as they exist. */
async function readBudgets(query: Db["query"], asks: readonly Ask[], now: number) {
  const budgets = new Map<string, Budget>();
  if (asks.length === 0) return budgets;
  const rows = await query<Row>("saga-read-budgets", READ, [
    textArray(asks.map(({ tenant }) => tenant)),
    textArray(asks.map(({ ask }) => ask.budget)),
  ]);
  for (const { tenant, name, limit, period } of rows) {
    const dates = budgetPeriod(period ?? undefined, now);
    budgets.set(nameOf(tenant, name), { tenant, name, limit, ...dates });
  }
  return budgets;
}

// Those asked of and those given back to, by one statement in the order of their keys.
const LOCK = `
insert into saga.budgets as b (tenant, name, starts_at, ends_at)
select distinct on (tenant, name, starts_at) * from (
  select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
  union all
  select r.tenant, r.budget, r.starts_at, null
  from unnest($5::uuid[], $6::text[]) as s (saga_id, step)
  join saga.reservations as r on r.saga_id = s.saga_id and r.step = s.step
) as wanted (tenant, name, starts_at, ends_at)
order by tenant, name, starts_at, ends_at
on conflict (tenant, name, starts_at) do update set ends_at = b.ends_at
returning tenant, name, (extract(epoch from starts_at) * 1000)::float8 as starts_at,
  ((used + reserved) * 1000000)::float8 as taken`;

type Locked = { tenant: string; name: string; starts_at: number; taken: number };

/** Nobody else changes them until the transaction ends. Answers what those asked of have left. */
async function lockBudgets(
  query: Db["query"],
  budgets: readonly Budget[],
  settlements: Settlements,
): Promise<Map<string, number>> {
  const rows = await query<Locked>("saga-lock-budgets", LOCK, [
    textArray(budgets.map(({ tenant }) => tenant)),
    textArray(budgets.map(({ name }) => name)),
    timestamptzArray(budgets.map(({ startsAt }) => startsAt)),
    timestamptzArray(budgets.map(({ endsAt }) => endsAt)),
    uuidArray(settlements.map(({ sagaId }) => sagaId)),
    textArray(settlements.map(({ step }) => step)),
  ]);
  const taken = new Map(
    rows.map((row) => [`${nameOf(row.tenant, row.name)}\0${row.starts_at}`, row.taken]),
  );
  return new Map(
    budgets.map(({ tenant, name, limit, startsAt }) => {
      const key = nameOf(tenant, name);
      return [key, limit - (taken.get(`${key}\0${startsAt}`) ?? 0)];
    }),
  );
}

const RESERVE = `
with kept as (
  insert into saga.reservations (saga_id, step, tenant, budget, starts_at, amount)
  select saga_id, step, tenant, budget, starts_at, millionths::numeric / 1000000
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::float8[])
    as a (saga_id, step, tenant, budget, starts_at, millionths)
  returning tenant, budget, starts_at, amount
)
update saga.budgets as b set reserved = b.reserved + k.amount
from (select tenant, budget, starts_at, sum(amount) as amount from kept group by 1, 2, 3) as k
where b.tenant = k.tenant and b.name = k.budget and b.starts_at = k.starts_at`;

async function reserve(query: Db["query"], granted: readonly Grant[]): Promise<void> {
  await query("saga-reserve", RESERVE, [
    uuidArray(granted.map(({ one }) => one.sagaId)),
    textArray(granted.map(({ one }) => one.step)),
    textArray(granted.map(({ one }) => one.tenant)),
    textArray(granted.map(({ budget }) => budget.name)),
    timestamptzArray(granted.map(({ budget }) => budget.startsAt)),
    float8Array(granted.map(({ one }) => toMillionths(one.ask.amount))),
  ]);
}

const SETTLE = `
with ended as (
  delete from saga.reservations as r
  using unnest($1::uuid[], $2::text[], $3::int2[]) as s (saga_id, step, is_used)
  where r.saga_id = s.saga_id and r.step = s.step
  returning r.tenant, r.budget, r.starts_at, r.amount, r.amount * s.is_used as used
)
update saga.budgets as b set reserved = b.reserved - e.amount, used = b.used + e.used
from (
  select tenant, budget, starts_at, sum(amount) as amount, sum(used) as used from ended group by 1, 2, 3
) as e
where b.tenant = e.tenant and b.name = e.budget and b.starts_at = e.starts_at`;

async function settle(query: Db["query"], settlements: Settlements): Promise<void> {
  await query("saga-settle", SETTLE, [
    uuidArray(settlements.map(({ sagaId }) => sagaId)),
    textArray(settlements.map(({ step }) => step)),
    int2Array(settlements.map(({ isUsed }) => (isUsed ? 1 : 0))),
  ]);
}

function nameOf(tenant: string, name: string): string {
  return `${tenant}\0${name}`;
}
