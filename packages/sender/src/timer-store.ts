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
    headers: JSON.stringify(headers),
  }));
  await db.kysely
    .insertInto("schedule.timers")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}
