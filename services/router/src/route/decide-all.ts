import type { CatalogSnapshot } from "@pulsecourier/catalog";
import { recipientKey } from "@pulsecourier/contracts";
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
    try {
      if (event.parked === null) {
        const signals = signalsOf(event, snapshot);
        decided.push({ event, signals, ...decideEvent(event, snapshot, secret) });
        continue;
      }
      // It may be paused once more by now.
      const { pauses } = await catalog.current(tenant);
      const decision = decideParked(event, event.parked, { ...snapshot, pauses }, secret);
      decided.push({ event, signals: [], ...decision });
    } catch (err) {
      logger.error({ err, tenant, eventId }, "an event could not be decided");
      refused.push(undecidable(event));
    }
  }
  return { decided, refused };
}

function undecidable(event: AcceptedEvent): RefusedRecord {
  const { record, adhoc, acceptedAt } = event;
  const recipientKeys = adhoc?.to.map(recipientKey) ?? [];
  const message = "the router failed on this event; its log says how";
  const ends = { event, acceptedAt, recipientKeys: [...new Set(recipientKeys)] };
  return { record, reason: "rejected", code: "internal", message, ends };
}
