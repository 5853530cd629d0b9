import { isAboutCallback, LifecycleFact } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import {
  deadLetter,
  HEADER_TRACEPARENT,
  type InRecord,
  type OutRecord,
  type Producer,
} from "@pulsecourier/kafka";
import type { TellCallbacks } from "./callbacks/tell-callbacks.ts";
import { applyFact } from "./apply-fact.ts";
import { saveDeadLetters } from "./dead-letter-store.ts";
import { loadRows, type Row, saveRows } from "./projection-store.ts";
import type { TellSagas } from "./tell-sagas.ts";

export type TrackOptions = {
  db: Db;
  producer: Producer;
  lifecycleTopic: string;
  deadLetterTopic: string;
  group: string;
  tellCallbacks: TellCallbacks;
  tellSagas: TellSagas;
};
export type Tracking = {
  facts: number;
  aboutCallbacks: number;
  deadLetters: number;
  poison: number;
};

/** Writes what a batch of lifecycle facts and dead letters says. A record that is no fact is dead-lettered itself. */
export async function trackBatch(
  records: readonly InRecord[],
  options: TrackOptions,
): Promise<Tracking> {
  const { db, producer, lifecycleTopic } = options;
  const facts = new Map<string, LifecycleFact>();
  const traces = new Map<string, string | undefined>();
  const aboutCallbacks: LifecycleFact[] = [];
  const poison: OutRecord[] = [];
  const letters: InRecord[] = [];
  for (const record of records) {
    if (record.topic !== lifecycleTopic) {
      letters.push(record);
      continue;
    }
    const fact = parseFact(record);
    if (fact === null) poison.push(rejected(record, options));
    else if (isAboutCallback(fact)) aboutCallbacks.push(fact);
    else {
      facts.set(fact.id, fact);
      traces.set(fact.id, record.headers[HEADER_TRACEPARENT]);
    }
  }
  if (facts.size > 0) await options.tellSagas(await saveFacts(db, facts), facts, traces);
  if (facts.size + aboutCallbacks.length > 0)
    await options.tellCallbacks({ facts, traces, aboutCallbacks });
  if (letters.length > 0) await saveDeadLetters(db, letters);
  if (poison.length > 0) await producer.send(poison);
  return {
    facts: facts.size,
    aboutCallbacks: aboutCallbacks.length,
    deadLetters: letters.length,
    poison: poison.length,
  };
}

/** The notifications the facts are about, as they are now. */
async function saveFacts(db: Db, facts: ReadonlyMap<string, LifecycleFact>): Promise<Row[]> {
  const keys = new Map<string, { tenant: string; id: string }>();
  for (const { tenant, notificationId } of facts.values())
    keys.set(notificationId, { tenant, id: notificationId });
  const rows = await loadRows(db, [...keys.values()]);
  for (const fact of facts.values()) {
    const row = rows.get(fact.notificationId);
    if (row !== undefined) row.view = applyFact(row.view, fact);
  }
  const saved = [...rows.values()];
  await saveRows(db, saved, facts);
  return saved;
}

function parseFact(record: InRecord): LifecycleFact | null {
  try {
    return LifecycleFact.safeParse(JSON.parse(record.value?.toString() ?? "")).data ?? null;
  } catch {
    return null;
  }
}

function rejected(record: InRecord, { group, deadLetterTopic }: TrackOptions): OutRecord {
  const message = "Not a lifecycle fact: see the AsyncAPI document for the shapes of this topic.";
  return deadLetter(record, {
    group,
    topic: deadLetterTopic,
    reason: "poison",
    code: "malformed_record",
    message,
  });
}
