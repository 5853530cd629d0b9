import { type BudgetInput, budgetPeriod, type BudgetView } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";

type Key = { tenant: string; name: string };

/** Writes a budget; what is used of it stays. True when there was none. */
export async function putBudget(db: Db, of: Key, { limit, window }: BudgetInput): Promise<boolean> {
  // `xmax` is 0 in a row this statement inserted.
  const [row] = await db.query<{ created: boolean }>(
    "put-budget",
    `insert into gateway.budgets as b (tenant, name, max, period) values ($1, $2, $3, $4)
     on conflict (tenant, name) do update set max = excluded.max, period = excluded.period, updated_at = now()
     returning xmax = 0 as created`,
    [of.tenant, of.name, limit, window ?? null],
  );
  return row?.created === true;
}

type Row = {
  max: number;
  period: string | null;
  created_at: Date;
  updated_at: Date;
  now: number;
};

/** The budget and how it stands in the period that the platform's clock is in; null when there is none. */
export async function readBudget(db: Db, { tenant, name }: Key): Promise<BudgetView | null> {
  const [row] = await db.query<Row>(
    "read-budget",
    `select max::float8, period, created_at, updated_at, extract(epoch from schedule.now())::float8 * 1000 as now
     from gateway.budgets where tenant = $1 and name = $2`,
    [tenant, name],
  );
  if (row === undefined) return null;
  const { startsAt, endsAt } = budgetPeriod(row.period ?? undefined, row.now);
  const [stand] = await db.query<{ used: number; reserved: number }>(
    "read-budget-stand",
    `select used::float8, reserved::float8 from saga.budgets
     where tenant = $1 and name = $2 and starts_at = $3`,
    [tenant, name, new Date(startsAt)],
  );
  return {
    name,
    limit: row.max,
    ...(row.period !== null && { window: row.period }),
    used: stand?.used ?? 0,
    reserved: stand?.reserved ?? 0,
    ...(endsAt !== null && {
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Those of the names that are no budgets of the tenant. */
export async function missingBudgets(
  db: Db,
  tenant: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.kysely
    .selectFrom("gateway.budgets")
    .select("name")
    .where("tenant", "=", tenant)
    .where("name", "in", names)
    .execute();
  const there = new Set(rows.map(({ name }) => name));
  return new Set(names.filter((name) => !there.has(name)));
}
