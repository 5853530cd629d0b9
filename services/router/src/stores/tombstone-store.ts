import type { Db } from "@pulsecourier/db";

/** Which of these notifications were cancelled. */
export async function findTombstones(
  db: Db,
  notificationIds: string[],
): Promise<ReadonlySet<string>> {
  if (notificationIds.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(
    "router-find-tombstones",
    "select notification_id as id from ledger.tombstones where notification_id = any($1::uuid[])",
    [notificationIds],
  );
  return new Set(rows.map((row) => row.id));
}
