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
  name: string;
  max: number;
  period: string | null;
  created_at: Date;
  updated_at: Date;
  now: number;
};

const COLUMNS = `name, max::float8, period, created_at, updated_at,
  extract(epoch from schedule.now())::float8 * 1000 as now`;

/** The budget and how it stands in the period that the platform's clock is in; null when there is none. */
export async function readBudget(db: Db, { tenant, name }: Key): Promise<BudgetView | null> {
  const read = `select ${COLUMNS} from gateway.budgets where tenant = $1 and name = $2`;
  const rows = await db.query<Row>("read-budget", read, [tenant, name]);
  const [view] = await viewsOf(db, tenant, rows);
  return view ?? null;
}

/** At most `limit` budgets of the tenant by name, from behind `after`. */
export async function listBudgets(
  db: Db,
  { tenant, after, limit }: { tenant: string; after: string; limit: number },
): Promise<BudgetView[]> {
  const list = `select ${COLUMNS} from gateway.budgets where tenant = $1 and name > $2 order by name limit $3`;
  return viewsOf(db, tenant, await db.query<Row>("list-budgets", list, [tenant, after, limit]));
}

/** Nothing can be reserved of it any more; what is reserved ends as it would have. False when there was none. */
export async function deleteBudget(db: Db, { tenant, name }: Key): Promise<boolean> {
  const remove = "delete from gateway.budgets where tenant = $1 and name = $2 returning 1";
  return (await db.query("delete-budget", remove, [tenant, name])).length > 0;
}

const STANDS = `
select b.name, b.used::float8, b.reserved::float8
from unnest($2::text[], $3::timestamptz[]) as p (name, starts_at)
join saga.budgets as b on b.tenant = $1 and b.name = p.name and b.starts_at = p.starts_at`;

type Stand = { name: string; used: number; reserved: number };

async function viewsOf(db: Db, tenant: string, rows: readonly Row[]): Promise<BudgetView[]> {
  if (rows.length === 0) return [];
  const budgets = rows.map((row) => ({
    ...row,
    ...budgetPeriod(row.period ?? undefined, row.now),
  }));
  const found = await db.query<Stand>("read-budget-stands", STANDS, [
    tenant,
    budgets.map(({ name }) => name),
    budgets.map(({ startsAt }) => new Date(startsAt)),
  ]);
  const stands = new Map(found.map((stand) => [stand.name, stand]));
  return budgets.map(({ name, max, period, startsAt, endsAt, created_at, updated_at }) => {
    const { used = 0, reserved = 0 } = stands.get(name) ?? {};
    return {
      name,
      limit: max,
      ...(period !== null && { window: period }),
      used,
      reserved,
      ...(endsAt !== null && {
        startsAt: new Date(startsAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
      }),
      createdAt: created_at.toISOString(),
      updatedAt: updated_at.toISOString(),
    };
  });
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
