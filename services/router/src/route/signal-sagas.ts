import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  type IdSecret,
  sagaInput,
  sagaRecord,
  type SignalEvent,
  type TopicNames,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import type { OutRecord } from "@pulsecourier/kafka";
import { type AcceptedEvent, isForRules } from "../read/event.ts";
import { findListening, keepSignals, type KeptSignal } from "../stores/signal-store.ts";

/** An event under one of the keys by which the tenant's workflows may listen for it. */
type SignalOf = { event: AcceptedEvent; tenant: string; type: string; key: string };

/** The keys of an event; for one that no workflow of its tenant listens for this is one look into a map. */
export function signalsOf(event: AcceptedEvent, { signals }: CatalogSnapshot): SignalOf[] {
  const keys = isForRules(event) ? signals.get(event.type) : undefined;
  if (keys === undefined) return [];
  const { tenant, type } = event;
  const known = new Set(keys.flatMap((keyOf) => keyOf(event) ?? []));
  return [...known].map((key) => ({ event, tenant, type, key }));
}

/** Records of large events must not pile up. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Tells sagas of the events they listen for, in bounded chunks. First the events are kept, then the sagas looked up: one
 * that begins meanwhile writes its keys, then looks for events, so that one of both finds the other.
 */
export async function* signalSagas(
  signals: readonly SignalOf[],
  { db, secret, topics }: { db: Db; secret: IdSecret; topics: TopicNames },
): AsyncGenerator<OutRecord[], void, void> {
  if (signals.length === 0) return;
  await keepSignals(db, signals.map(toKeep));
  let chunk: OutRecord[] = [];
  let bytes = 0;
  for await (const found of findListening(db, signals)) {
    for (const { signal, notificationId } of found) {
      const { tenant, event } = signal;
      const body = { type: "event", event: signalEvent(event) } as const;
      const what = [event.source, event.id];
      const input = sagaInput(secret, { tenant, notificationId }, what, body);
      const record = sagaRecord(topics.sagas, input, event.traceparent);
      chunk.push(record);
      bytes += record.value.length;
      if (bytes < CHUNK_BYTES) continue;
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function toKeep({ event, ...signal }: SignalOf): KeptSignal {
  const { source, id: eventId } = event;
  return { ...signal, source, eventId, event: JSON.stringify(signalEvent(event)) };
}

function signalEvent({ id, source, type, subject, time, data }: AcceptedEvent) {
  return {
    id,
    source,
    type,
    ...(subject !== undefined && { subject }),
    ...(time !== undefined && { time }),
    // Read from JSON.
    data: data as SignalData,
  };
}
type SignalData = SignalEvent["data"];
