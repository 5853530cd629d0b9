import { type Db, textArray } from "@pulsecourier/db";

// The update changes nothing; it makes the row that is there already answer.
const HEAR = `
insert into gateway.inbound_messages as m (provider, event_id)
select distinct $1, event_id from unnest($2::text[]) as i (event_id) order by event_id
on conflict (provider, event_id) do update set heard_at = m.heard_at
returning event_id, heard_at`;

/** When each message was first heard of, ms since 1970, by the provider's name for it. */
export async function hearMessages(
  db: Db,
  provider: string,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ event_id: string; heard_at: Date }>("hear-messages", HEAR, [
    provider,
    textArray(eventIds),
  ]);
  return new Map(rows.map((row) => [row.event_id, row.heard_at.getTime()]));
}

const DELETE = `
delete from gateway.inbound_messages where (provider, event_id) in (
  select provider, event_id from gateway.inbound_messages
  where heard_at < now() - interval '30 days' limit $1)
returning 1`;

/** Deletes those heard of 30 days ago, at most `limit`; answers how many. */
export async function deleteOldInboundMessages(db: Db, limit: number): Promise<number> {
  return (await db.query("delete-inbound-messages", DELETE, [limit])).length;
}
