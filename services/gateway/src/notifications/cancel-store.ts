import type { Database, Db } from "@pulsecourier/db";

export type LedgerState = Database["ledger.deliveries"]["state"];

/** Forbids the notification's further deliveries; committed when this resolves. Repeating it is harmless. */
export async function insertTombstone(db: Db, tenant: string, id: string): Promise<void> {
  await db.query(
    "insert-tombstone",
    "insert into ledger.tombstones (tenant, notification_id) values ($1, $2) on conflict do nothing",
    [tenant, id],
  );
}

/** States of those of the deliveries a sender has claimed. */
export async function readLedger(
  db: Db,
  tenant: string,
  deliveryIds: readonly string[],
): Promise<Map<string, LedgerState>> {
  const rows = await db.query<{ id: string; state: LedgerState }>(
    "read-ledger",
    "select id, state from ledger.deliveries where tenant = $1 and id = any($2::uuid[])",
    [tenant, deliveryIds],
  );
  return new Map(rows.map(({ id, state }) => [id, state]));
}
