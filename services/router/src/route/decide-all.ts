import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { type IdSecret, recipientKey } from "@pulsecourier/contracts";
import { decideEvent, type Decision } from "../decide/decide-event.ts";
import { decideParked } from "../decide/decide-parked.ts";
import type { AcceptedEvent, RefusedRecord } from "../read/event.ts";
import type { RouterContext } from "./route-events.ts";
import { signalsOf } from "./signal-sagas.ts";

export type Decided = Decision & { event: AcceptedEvent; signals: ReturnType<typeof signalsOf> };

/** Decides about each event by the catalog it was accepted with; refuses those on which the router itself fails. */
export async function decideAll(
  events: AcceptedEvent[],
  { catalog, logger, secret }: RouterContext,
) {
  const snapshots = new Map<string, CatalogSnapshot>();
  const decided: Decided[] = [];
  const refused: RefusedRecord[] = [];
  for (const event of events) {
    const { tenant, revision, id: eventId } = event;
    const key = `${tenant}\0${revision}`;
    const snapshot = snapshots.get(key) ?? (await catalog.at(tenant, revision));
    snapshots.set(key, snapshot);
    // What had waited for a rule may find it paused once more.
    const pauses = event.parked === null ? null : (await catalog.current(tenant)).pauses;
    try {
      decided.push(decide(event, pauses === null ? snapshot : { ...snapshot, pauses }, secret));
    } catch (err) {
      logger.error({ err, tenant, eventId }, "an event could not be decided");
      refused.push(undecidable(event));
    }
  }
  return { decided, refused };
}

function decide(event: AcceptedEvent, catalog: CatalogSnapshot, secret: IdSecret): Decided {
  const { parked } = event;
  return parked === null
    ? { event, signals: signalsOf(event, catalog), ...decideEvent(event, catalog, secret) }
    : { event, signals: [], ...decideParked(event, parked, catalog, secret) };
}

function undecidable(event: AcceptedEvent): RefusedRecord {
  const { record, adhoc, acceptedAt } = event;
  const recipientKeys = adhoc?.to.map(recipientKey) ?? [];
  const message = "the router failed on this event; its log says how";
  const ends = { event, acceptedAt, recipientKeys: [...new Set(recipientKeys)] };
  return { record, reason: "rejected", code: "internal", message, ends };
}
