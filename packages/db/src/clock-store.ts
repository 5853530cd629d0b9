import type { Db } from "./connection.ts";

/**
 * Moves the platform's clock on by a duration in ISO 8601: what is due by then is due now. For development only; there
 * is no way back. Answers what the clock shows.
 */
export async function travel(db: Db, duration: string): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(
    "clock-travel",
    "update schedule.clock set ahead = ahead + $1::interval returning clock_timestamp() + ahead as now",
    [duration],
  );
  if (row === undefined) throw new Error("The database has no clock; migrate it.");
  return row.now;
}
