import { type IdSecret, sagaInput, type SagaInput, type TopicNames } from "@pulsecourier/contracts";
import type { Db, InboxOwner } from "@pulsecourier/db";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import type { Conditions } from "./decide/conditions.ts";
import { decide } from "./decide/decide.ts";
import { evolve } from "./decide/evolve.ts";
import { INITIAL, type Saga, type SagaEvent } from "./decide/saga.ts";
import { listensFor } from "./decide/signals.ts";
import { effectsOf, noEffects } from "./effects/effects-of.ts";
import type { OrchestratorMetrics } from "./metrics.ts";
import { type Incoming, readInput } from "./read-input.ts";
import { readMoment, readSagas, readTaken } from "./stores/read-sagas.ts";
import { type Listening, readRecent, type Recent } from "./stores/signal-store.ts";
import { type Advance, writeSagas } from "./stores/write-sagas.ts";

export type AdvanceContext = {
  db: Db;
  secret: IdSecret;
  topics: TopicNames;
  /** Name of the consumer group, for dead letters. */
  group: string;
  metrics: OrchestratorMetrics;
  conditions: Conditions;
};

/** What is left to do: dead letters to write, and windows on inboxes to tell that something was taken back. */
export type Advanced = { letters: OutRecord[]; inboxes: InboxOwner[] };

/**
 * Takes a batch of inputs: one look at the sagas, decisions in memory, one statement that writes all they led to.
 * What is to be published is in the outbox when this resolves. Rejects
 * when Postgres is away or another orchestrator moved one of the sagas; nothing is written then, and the batch is
 * taken again.
 */
export async function advanceSagas(
  records: readonly InRecord[],
  context: AdvanceContext,
): Promise<Advanced> {
  const { topics, group, metrics } = context;
  const letters: OutRecord[] = [];
  const incoming: Incoming[] = [];
  for (const record of records) {
    const read = readInput(record, { group, deadLetterTopic: topics.dlq(topics.sagas) });
    if (read.ok) incoming.push(read.incoming);
    else {
      letters.push(read.letter);
      metrics.input("none", "dead_lettered");
    }
  }
  const { inboxes, listening } = await takeInputs(incoming, context);
  // What came before they listened. Their keys are committed: what comes from now on finds them.
  for (let from = 0; from < listening.length; from += LISTENING) {
    const recent = await readRecent(context.db, listening.slice(from, from + LISTENING));
    const missed = recent.map((one) => missedInput(one, context.secret));
    if (missed.length > 0) inboxes.push(...(await takeInputs(missed, context)).inboxes);
  }
  return { letters, inboxes };
}

/** Keys for which recent events are looked up at once; these may be large. */
const LISTENING = 50;

/** As the router would have sent it. */
function missedInput({ of, event }: Recent, secret: IdSecret): Incoming {
  const body = { type: "event", event } as const;
  const input = sagaInput(secret, of, [event.source, event.id], body);
  return { input, traceparent: undefined };
}

type Taken = { inboxes: InboxOwner[]; listening: Listening[] };

async function takeInputs(incoming: readonly Incoming[], context: AdvanceContext): Promise<Taken> {
  const { db, metrics } = context;
  const advance = await decideAll(incoming, context);
  const inboxes = advance.changes.length > 0 ? await writeSagas(db, advance) : [];
  for (const { state } of advance.sagas) if (state.end !== null) metrics.ended(state.end.outcome);
  for (const event of advance.changes.flatMap(({ events }) => events)) countUndone(event, metrics);
  return { inboxes, listening: advance.listening };
}

function countUndone(event: SagaEvent, metrics: OrchestratorMetrics): void {
  if (event.type === "compensation_failed") metrics.compensated(event.kind, "failed");
  if (event.type !== "compensated") return;
  metrics.compensated(event.kind, event.id === null ? "dropped" : "done");
}

async function decideAll(incoming: readonly Incoming[], context: AdvanceContext): Promise<Advance> {
  const { db, metrics, conditions } = context;
  const inputs = incoming.map(({ input }) => input);
  const starting = inputs.filter(({ type }) => type === "start");
  const [sagas, before, { cancelled, now, pauseOf }] = await Promise.all([
    readSagas(db, [...new Set(inputs.map(({ sagaId }) => sagaId))]),
    readTaken(db, inputs),
    readMoment(db, {
      notificationIds: starting.map(({ notificationId }) => notificationId),
      tenants: [...new Set(inputs.map(({ tenant }) => tenant))],
    }),
  ]);
  const taken = new Set(before);
  const advanced = new Map<string, Saga>();
  const advance: Advance = { sagas: [], changes: [], listening: [], ...noEffects() };
  for (const { input, traceparent } of incoming) {
    const { id, sagaId, type } = input;
    const saga = advanced.get(sagaId) ?? sagas.get(sagaId) ?? newSaga(input);
    // For a repeat, too: the first time may have ended in a crash.
    if (type === "start" && saga !== null) advance.listening.push(...keysOf(saga, conditions));
    if (taken.has(id) || saga === null) {
      metrics.input(type, saga === null ? "unknown_saga" : "repeated");
      continue;
    }
    const isCancelled = cancelled.has(saga.notificationId);
    const pause = pauseOf(saga);
    const events = decide(saga, input, { now, isCancelled, pause, conditions });
    metrics.input(type, events.length > 0 ? "advanced" : "stale");
    if (events.length === 0) continue;
    const seq = saga.version + 1;
    taken.add(id);
    advanced.set(sagaId, { ...saga, version: seq, state: events.reduce(evolve, saga.state) });
    advance.changes.push({ sagaId, seq, input, at: now, events });
    const effects = effectsOf(saga, events, { ...context, now, traceparent });
    advance.records.push(...effects.records);
    advance.timers.push(...effects.timers);
    advance.tombstones.push(...effects.tombstones);
    advance.retractions.push(...effects.retractions);
    advance.asks.push(...effects.asks);
    advance.settlements.push(...effects.settlements);
  }
  advance.sagas.push(...advanced.values());
  return advance;
}

function keysOf(saga: Saga, conditions: Conditions): Listening[] {
  if (saga.state.end !== null) return [];
  const { id: sagaId, tenant, notificationId } = saga;
  return listensFor(saga, conditions).map((key) => ({ ...key, tenant, sagaId, notificationId }));
}

/** A saga before its first input; any other input is about a saga that is not there. */
function newSaga(input: SagaInput): Saga | null {
  if (input.type !== "start") return null;
  const { sagaId: id, tenant, notificationId, request, definition } = input;
  return { id, tenant, notificationId, version: 0, request, definition, state: INITIAL };
}
