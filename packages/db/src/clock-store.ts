import type { Db } from "./connection.ts";

/**
 * Moves the platform's clock on by a duration in ISO 8601: what is due by then is due now. For development only.
 * Answers what the clock shows.
 */
export function travel(db: Db, duration: string): Promise<Date> {
  return setClock(db, "ahead + $1::interval", [duration]);
}

/** Sets the platform's clock right again: what was set while it was ahead comes later by as much. */
export function returnToNow(db: Db): Promise<Date> {
  return setClock(db, "interval '0'", []);
}

/** How far the platform's clock is ahead of the machine's, ms. */
export async function readAhead(db: Db): Promise<number> {
  const read = "select extract(epoch from ahead)::float8 * 1000 as ahead from schedule.clock";
  const [row] = await db.query<{ ahead: number }>("clock-ahead", read, []);
  return row?.ahead ?? 0;
}

async function setClock(db: Db, ahead: string, values: unknown[]): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(
    `clock-set-${values.length}`,
    `update schedule.clock set ahead = ${ahead} returning clock_timestamp() + ahead as now`,
    values,
  );
  if (row === undefined) throw new Error("The database has no clock; migrate it.");
  return row.now;
}
