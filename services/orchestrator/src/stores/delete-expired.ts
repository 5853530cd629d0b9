import type { Db } from "@pulsecourier/db";

// What somebody counts at this moment is skipped: it is not old then.
const THROTTLES = `
delete from saga.throttles where (tenant, scope, key) in (
  select tenant, scope, key from saga.throttles where expires_at < schedule.now()
  order by expires_at limit $1 for update skip locked
) returning 1 as gone`;

const BUDGETS = `
delete from saga.budgets where (tenant, name, starts_at) in (
  select tenant, name, starts_at from saga.budgets
  where reserved = 0 and ends_at < schedule.now() - interval '1 day'
  order by ends_at limit $1 for update skip locked
) returning 1 as gone`;

/** Deletes at most `limit` throttles that hold no time within their span any more. Answers how many there were. */
export async function deleteOldThrottles(db: Db, limit: number): Promise<number> {
  return (await db.query("saga-delete-old-throttles", THROTTLES, [limit])).length;
}

/** Deletes at most `limit` periods of budgets that are over and lend nothing. Answers how many there were. */
export async function deleteOldBudgets(db: Db, limit: number): Promise<number> {
  return (await db.query("saga-delete-old-budgets", BUDGETS, [limit])).length;
}
