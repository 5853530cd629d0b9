import { type Db, textArray, timestamptzArray } from "@pulsecourier/db";
import type { Receipt } from "./receipt.ts";

const INSERT = `
insert into gateway.unknown_receipts (provider, event_id, kind, provider_message_id, reported_at)
select $1, event_id, kind, provider_message_id, reported_at
from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])
  as i (event_id, kind, provider_message_id, reported_at)
order by event_id
on conflict do nothing`;

/** Keeps receipts nothing is known of, each once, without addresses. */
export async function keepUnknownReceipts(
  db: Db,
  provider: string,
  receipts: readonly Receipt[],
): Promise<void> {
  if (receipts.length === 0) return;
  await db.query("keep-unknown-receipts", INSERT, [
    provider,
    textArray(receipts.map((receipt) => receipt.eventId)),
    textArray(receipts.map((receipt) => receipt.kind)),
    textArray(receipts.map((receipt) => receipt.providerMessageId ?? null)),
    timestamptzArray(receipts.map((receipt) => receipt.at)),
  ]);
}

const DELETE = `
delete from gateway.unknown_receipts where (provider, event_id) in (
  select provider, event_id from gateway.unknown_receipts
  where received_at < now() - interval '30 days' limit $1)
returning 1`;

/** Deletes those kept for 30 days, at most `limit`; answers how many. */
export async function deleteOldUnknownReceipts(db: Db, limit: number): Promise<number> {
  return (await db.query("delete-unknown-receipts", DELETE, [limit])).length;
}
