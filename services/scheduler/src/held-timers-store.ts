import type { Database, Db } from "@pulsecourier/db";
import { sql, type Transaction } from "kysely";
import { claim, type DueTimer } from "./due-timers-store.ts";

/** Timers that wait for the same stops, or for the same pause of a rule or workflow, for the same topic. */
export type HeldGroup = { stops: string[]; topic: string };

// A loose index scan: one step for each group, however many timers it has. Senders hear of a lifted stop within a second
// and a bit; what they got earlier they would hold again.
const RELEASED = `
with recursive held as (
  (select held_by, topic from schedule.timers where held_by is not null order by held_by, topic limit 1)
  union all
  select next.held_by, next.topic from held, lateral (
    select t.held_by, t.topic from schedule.timers t
    where t.held_by is not null and (t.held_by, t.topic) > (held.held_by, held.topic)
    order by t.held_by, t.topic limit 1) as next
)
select held_by as stops, topic from held where exists (
  select from unnest(held_by) as held_for (id) where not exists (
    select from gateway.stops
    where stops.id = held_for.id and (lifted_at is null or lifted_at > now() - interval '2 seconds'))
  and not exists (select from catalog.pauses where pauses.id = held_for.id and until is null))`;

/** Groups that wait for a stop, or a pause, that no longer stands. */
export function readReleased(db: Db): Promise<HeldGroup[]> {
  return db.query<HeldGroup>("scheduler-released", RELEASED, []);
}

/**
 * Locks timers of a group in the order in which their notifications were accepted, as `claimDue` does. One instance at a
 * time, so that two do not mix up that order.
 */
export async function claimReleased(
  transaction: Transaction<Database>,
  { stops, topic }: HeldGroup,
  limit: number,
): Promise<DueTimer[]> {
  const group = `${topic} ${stops.join()}`;
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${group}, 0)) as "isOurs"`.execute(
    transaction,
  );
  if (rows[0]?.isOurs !== true) return [];
  // Ids begin with the accept time.
  return await claim(
    transaction,
    sql`
    select id, octet_length(value) as bytes from schedule.timers
    where held_by = ${stops}::uuid[] and topic = ${topic}
    order by id limit ${limit}
    for update skip locked`,
  );
}
