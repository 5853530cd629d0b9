import type { Db } from "@pulsecourier/db";

/** Rows that a statement writes well within its time limit. */
const PART = 20_000;

/** Acts for so many rows, a part at a time. */
export async function inParts(total: number, act: (size: number) => Promise<unknown>) {
  for (let left = total; left > 0; left -= PART) await act(Math.min(PART, left));
}

/** Deletes a tenant's rows of a table. */
export async function deleteTenant(
  { pool }: Db,
  table: "saga.instances" | "schedule.timers",
  tenant: string,
): Promise<void> {
  const part = `delete from ${table} where ctid = any(array(select ctid from ${table} where tenant = $1 limit $2))`;
  while (((await pool.query(part, [tenant, PART])).rowCount ?? 0) > 0);
}
