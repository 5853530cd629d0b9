import {
  type SagaAnswer,
  type SagaDelivery,
  type SagaPosition,
  type SagaState,
  type Standing,
} from "@pulsecourier/contracts";
import type { Ask } from "./ask.ts";
import { awaitWave, evolveCompensation } from "./evolve-compensation.ts";
import type { SagaEvent } from "./saga.ts";

/** The state after an event. */
export function evolve(state: SagaState, event: SagaEvent): SagaState {
  switch (event.type) {
    case "started":
      return state;
    case "step_entered": {
      const { step } = event;
      const waits = { wave: -1, routed: false, timer: null, limitPassed: false };
      return { ...state, at: { step, ...waits, asked: false, answer: null } };
    }
    case "wave_issued": {
      const waits = { wave: event.wave, routed: false, timer: null, limitPassed: false };
      return awaitWave(moved(state, waits), event);
    }
    case "wave_routed":
      return routed(state, event);
    case "timer_set":
      return moved(state, { timer: { at: event.at, armed: event.armed } });
    case "limit_passed":
      return moved(state, { timer: null, limitPassed: true });
    case "asked":
      return moved(state, asking(event.ask));
    case "answered":
      return answered(state, event.answer);
    case "held":
    case "resumed":
      return { ...state, heldBy: event.type === "held" ? event.pause : null };
    case "event_heard":
      return { ...state, events: { ...state.events, [event.step]: event.event } };
    case "leaving_digest":
      return leavingDigest(state, event);
    case "digest_alone":
      return { ...state, digest: event.digest };
    case "delivery_changed":
      return changed(state, event.delivery);
    case "withdrawn":
      return state;
    case "reserving":
      return reserving(state, event);
    case "reservation_closed":
      return { ...state, compensations: closed(state, event) };
    case "compensating": {
      const { type: _, seal: __, ...compensating } = event;
      return { ...moved(state, { timer: null }), compensating };
    }
    case "compensation_registered":
    case "compensation_issued":
    case "compensated":
    case "compensation_failed":
      return evolveCompensation(state, event);
    case "ended": {
      const { type: _, seal: __, ...end } = event;
      return { ...state, at: null, compensating: null, end };
    }
  }
}

function moved(state: SagaState, change: Partial<SagaPosition>): SagaState {
  return state.at === null ? state : { ...state, at: { ...state.at, ...change } };
}

function asking(ask: Ask): Partial<SagaPosition> {
  if (ask.kind === "digest_join") return { asked: true, digest: { id: ask.digest, leaving: null } };
  return ask.kind === "digest_close" ? { asked: true, answer: null } : { asked: true };
}

/** A leader's time limit begins anew with each time it is told. */
function answered(state: SagaState, answer: SagaAnswer): SagaState {
  const isLeading = answer.kind === "digest_lead";
  const after = moved(state, { answer, ...(isLeading && { timer: null, limitPassed: false }) });
  if (answer.kind !== "digest_closed") return after;
  const { count, items } = answer;
  return { ...after, digest: { count, items } };
}

/** What was heard of a delivery before its wave was answered counts from now on. */
function routed(state: SagaState, event: Extract<SagaEvent, { type: "wave_routed" }>): SagaState {
  const { step, wave } = event;
  const heard = new Map(state.unplaced.map((one) => [one.id, one]));
  const added = event.deliveries.map((one): SagaDelivery => ({
    ...(heard.get(one.id) ?? { ...one, status: "pending", redrive: 0, attempts: 0 }),
    step,
    wave,
  }));
  for (const { id } of added) heard.delete(id);
  const skipped = event.skipped.map((one) => ({ ...one, step }));
  const isCurrent = state.at?.step === step && state.at.wave === wave;
  return {
    ...(isCurrent ? moved(state, { routed: true }) : state),
    unrouted: state.unrouted.filter((one) => one.step !== step || one.wave !== wave),
    deliveries: [...state.deliveries, ...added],
    unplaced: [...heard.values()],
    skipped: [...state.skipped, ...skipped],
  };
}

function changed(state: SagaState, standing: Standing): SagaState {
  const { deliveries, unplaced } = state;
  if (!deliveries.some(({ id }) => id === standing.id)) {
    const others = unplaced.filter(({ id }) => id !== standing.id);
    return { ...state, unplaced: [...others, standing] };
  }
  return {
    ...state,
    deliveries: deliveries.map((one) =>
      // Not merged: an error that is over must go.
      one.id === standing.id ? { ...standing, step: one.step, wave: one.wave } : one,
    ),
  };
}

function leavingDigest(
  state: SagaState,
  event: Extract<SagaEvent, { type: "leaving_digest" }>,
): SagaState {
  const { type: _, ...leaving } = event;
  const digest = state.at?.digest;
  return digest === undefined ? state : moved(state, { digest: { ...digest, leaving } });
}

function reserving(state: SagaState, event: Extract<SagaEvent, { type: "reserving" }>): SagaState {
  const { type: _, ...what } = event;
  const added = { ...what, kind: "release", class: "exact", status: "registered" } as const;
  return { ...state, compensations: [...state.compensations, added] };
}

const STATUS_OF = { settled: "settled", released: "done", dropped: "dropped" } as const;

function closed(
  { compensations }: SagaState,
  { step, how }: Extract<SagaEvent, { type: "reservation_closed" }>,
): SagaState["compensations"] {
  return compensations.map((one) =>
    one.kind === "release" && one.step === step ? { ...one, status: STATUS_OF[how] } : one,
  );
}
