import type { SignalEvent } from "@pulsecourier/contracts";
import { type Db, textArray } from "@pulsecourier/db";

/** A saga, and a key by which it listens for events of a type. */
export type Listening = {
  tenant: string;
  type: string;
  key: string;
  sagaId: string;
  notificationId: string;
};

/** An event that came before a saga listened for it. */
export type Recent = { of: Listening; event: SignalEvent };

/** Events of the last hour that a saga is told of when it starts, for each of its keys. */
const MAX_RECENT = 20;

const RECENT = `
select i.n::int as n, s.event
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (tenant, type, key, n), lateral (
  select event, at, event_id from routing.signals r
  where r.tenant = i.tenant and r.type = i.type and r.key = i.key and r.at > schedule.now() - interval '1 hour'
  order by at desc limit ${MAX_RECENT}) as s
order by s.at, s.event_id`;

/** What came in the last hour for those who listen now, oldest first. */
export async function readRecent(db: Db, listening: readonly Listening[]): Promise<Recent[]> {
  if (listening.length === 0) return [];
  const rows = await db.query<{ n: number; event: string }>("saga-recent-signals", RECENT, [
    textArray(listening.map(({ tenant }) => tenant)),
    textArray(listening.map(({ type }) => type)),
    textArray(listening.map(({ key }) => key)),
  ]);
  return rows.flatMap(({ n, event }) => {
    const of = listening[n - 1];
    // What the router wrote.
    const parsed: SignalEvent = JSON.parse(event);
    return of === undefined ? [] : [{ of, event: parsed }];
  });
}
