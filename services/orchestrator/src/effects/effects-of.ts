import type { IdSecret, SagaAnswer, TopicNames } from "@pulsecourier/contracts";
import type { NewTimer, OutboxRecord } from "@pulsecourier/db";
import type { Ask } from "../decide/ask.ts";
import { evolve } from "../decide/evolve.ts";
import type { Saga, SagaEvent } from "../decide/saga.ts";
import { wavesOf } from "../decide/send-step.ts";
import { answerRecord } from "./answer-record.ts";
import { correctionRecord } from "./correction-record.ts";
import { holdTimer } from "./hold-timer.ts";
import { sagaFact } from "./saga-fact.ts";
import { timerOf } from "./timer-of.ts";
import { waveRecord } from "./wave-record.ts";

/** What a saga asks of the state it shares with others, and the record that brings it the answer. */
export type PendingAsk = {
  tenant: string;
  sagaId: string;
  notificationId: string;
  step: string;
  ask: Ask;
  /** For another saga, where one is named. */
  record: (answer: SagaAnswer, of?: { notificationId: string }) => OutboxRecord;
};

/** What must be done because of events: written with them, in one statement. */
export type Effects = {
  /** Records to publish: facts, and what the router is asked for. */
  records: OutboxRecord[];
  timers: NewTimer[];
  /** Ids of notifications and single deliveries that must not be sent any more. */
  tombstones: { id: string; tenant: string }[];
  /** In-app items to take back, by their delivery's id. */
  retractions: { id: string; tenant: string }[];
  asks: PendingAsk[];
  /** Reservations that end: what they hold is used up, or given back. */
  settlements: { sagaId: string; step: string; isUsed: boolean }[];
};

export function noEffects(): Effects {
  return { records: [], timers: [], tombstones: [], retractions: [], asks: [], settlements: [] };
}

export type EffectsContext = {
  secret: IdSecret;
  topics: TopicNames;
  /** ms since 1970 by the database's clock. */
  now: number;
  traceparent?: string | undefined;
};

/** The effects of the events one input led to; `saga` is as it was before. Same events, same ids. */
export function effectsOf(
  saga: Saga,
  events: readonly SagaEvent[],
  context: EffectsContext,
): Effects {
  const effects = noEffects();
  const { tenant, notificationId } = saga;
  for (const [index, event] of events.entries()) {
    const fact = sagaFact(saga, event, { ...context, index });
    if (fact !== null) effects.records.push(fact);
    if (event.type === "wave_issued")
      effects.records.push(waveRecord(after(saga, events), event, context));
    if (event.type === "timer_set") effects.timers.push(timerOf(saga, event, context));
    if (event.type === "held") effects.timers.push(holdTimer(saga, event, context));
    if (event.type === "asked") {
      const { step, ask } = event;
      const record = answerRecord(saga, step, context);
      effects.asks.push({ tenant, sagaId: saga.id, notificationId, step, ask, record });
    }
    if (event.type === "reservation_closed" && event.how !== "dropped") {
      const { step, how } = event;
      effects.settlements.push({ sagaId: saga.id, step, isUsed: how === "settled" });
    }
    if (event.type === "withdrawn") {
      effects.tombstones.push(...event.deliveries.map(({ id }) => ({ id, tenant })));
    }
    if (event.type === "compensating") effects.records.push(...askedAgain(saga, context));
    if (event.type === "compensation_issued") {
      effects.records.push(correctionRecord(saga, event, context));
    }
    if (event.type === "compensated" && event.kind === "retract" && event.id !== null) {
      effects.retractions.push({ id: event.id, tenant });
    }
    if ("seal" in event && event.seal) effects.tombstones.push({ id: notificationId, tenant });
  }
  return effects;
}

/**
 * Waves the router has not answered for, which a saga that undoes waits for. One held until quiet hours end is answered
 * at once when it is asked for again, since it is forbidden by now; of two answers to the same wave the first counts.
 */
function askedAgain(saga: Saga, context: EffectsContext): OutboxRecord[] {
  return saga.state.unrouted.flatMap(({ step: name, wave }) => {
    const step = saga.definition.steps.find((one) => one.name === name);
    const channels = step?.type === "send" ? wavesOf(step)[wave] : undefined;
    if (channels === undefined) return [];
    return [waveRecord(saga, { step: name, wave, channels }, context)];
  });
}

/** A wave carries what a digest that closed just now has collected. */
function after(saga: Saga, events: readonly SagaEvent[]): Saga {
  return { ...saga, state: events.reduce(evolve, saga.state) };
}
