import type { Db } from "@pulsecourier/db";

/** A record the scheduler publishes to `topic` when due. */
export type NewTimer = {
  id: string;
  tenant: string;
  dueAt: Date;
  topic: string;
  key: string | null;
  headers: Record<string, string>;
  value: Buffer;
};

/** Inserts timers; one that exists already stays as it is. */
export async function insertTimers(db: Db, timers: readonly NewTimer[]): Promise<void> {
  const rows = timers.map(({ dueAt, headers, ...timer }) => ({
    ...timer,
    due_at: dueAt,
    // jsonb cannot hold U+0000; no header of ours does.
    headers: JSON.stringify(headers).replaceAll("\\u0000", ""),
  }));
  await db.kysely
    .insertInto("schedule.timers")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}
