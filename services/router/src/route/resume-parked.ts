import { readPauseEnds } from "@pulsecourier/catalog";
import type { Db } from "@pulsecourier/db";
import type { AcceptedEvent } from "../read/event.ts";

/**
 * Events that waited for a paused rule, with the catalog revision that ended the pause: by that one they are decided,
 * however often their records come. Asks nothing where there are none.
 */
export async function resumeParked(
  db: Db,
  events: readonly AcceptedEvent[],
): Promise<AcceptedEvent[]> {
  const pauses = new Set(events.flatMap(({ parked }) => parked?.pause ?? []));
  if (pauses.size === 0) return [...events];
  const ends = await readPauseEnds(db, [...pauses]);
  return events.map((event) => {
    const { parked } = event;
    const end = parked === null ? null : (ends.get(parked.pause) ?? null);
    if (parked === null || end === null) return event;
    return { ...event, revision: end, parked: { ...parked, isOver: true } };
  });
}
