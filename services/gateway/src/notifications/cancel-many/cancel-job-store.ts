import { type CancelFilter, CancelJobView } from "@pulsecourier/contracts";
import type { Database, Db } from "@pulsecourier/db";
import { type Selectable, sql, type Transaction } from "kysely";
import type { Range } from "./find-matched.ts";

type Row = Selectable<Database["gateway.cancel_jobs"]>;

/** A job as the worker sees it. */
export type CancelJob = { id: string; tenant: string; filter: CancelFilter; range: Range };

/** Writes a job; one whose id exists already stays as it is. */
export async function insertCancelJob(db: Db, job: CancelJob & { by: string }): Promise<void> {
  const { id, tenant, filter, range, by } = job;
  await db.kysely
    .insertInto("gateway.cancel_jobs")
    .values({
      id,
      tenant,
      by,
      filter: JSON.stringify(filter),
      status: "running",
      after: range.after,
      up_to: range.upTo,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A job of the tenant; null when there is none. */
export async function readCancelJob(
  db: Db,
  tenant: string,
  id: string,
): Promise<CancelJobView | null> {
  const row = await db.kysely
    .selectFrom("gateway.cancel_jobs")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toJobView(row);
}

function toJobView(row: Row): CancelJobView {
  const { id, status, filter, scanned, matched, cancelled, too_late: tooLate, by } = row;
  const { created_at: createdAt, updated_at: updatedAt } = row;
  return CancelJobView.parse({
    id,
    status,
    filter,
    scanned,
    matched,
    cancelled,
    tooLate,
    by,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

/** Locks the running job that has waited longest and that nobody else has in hand, until the transaction ends. */
export async function claimCancelJob(
  transaction: Transaction<Database>,
): Promise<CancelJob | null> {
  const row = await transaction
    .selectFrom("gateway.cancel_jobs")
    .select(["id", "tenant", "filter", "after", "up_to"])
    .where("status", "=", "running")
    .orderBy("updated_at")
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (row === undefined) return null;
  const { id, tenant, after, up_to: upTo } = row;
  // Written from a parsed one.
  return { id, tenant, filter: row.filter as CancelFilter, range: { after, upTo } };
}

export type Progress = {
  scanned: number;
  matched: number;
  cancelled: number;
  tooLate: number;
  /** Where it goes on; null when it is done. */
  after: string | null;
};

export async function saveProgress(
  transaction: Transaction<Database>,
  { id }: CancelJob,
  { scanned, matched, cancelled, tooLate, after }: Progress,
): Promise<void> {
  await sql`
    update gateway.cancel_jobs set scanned = scanned + ${scanned}, matched = matched + ${matched},
      cancelled = cancelled + ${cancelled}, too_late = too_late + ${tooLate},
      after = coalesce(${after}::uuid, after), updated_at = clock_timestamp(),
      status = case when ${after}::uuid is null then 'done' else 'running' end
    where id = ${id}`.execute(transaction);
}

const DELETE = `
delete from gateway.cancel_jobs where id in (
  select id from gateway.cancel_jobs where status = 'done' and updated_at < now() - interval '30 days' limit $1)
returning 1`;

/** Deletes jobs that were done 30 days ago, at most `limit`; answers how many. */
export async function deleteOldCancelJobs(db: Db, limit: number): Promise<number> {
  return (await db.query("delete-cancel-jobs", DELETE, [limit])).length;
}
