import type {
  SagaAnswer,
  SagaDelivery,
  SagaPosition,
  SagaState,
  Standing,
} from "@pulsecourier/contracts";
import type { Ask } from "./ask.ts";
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
      const { wave } = event;
      return moved(state, { wave, routed: false, timer: null, limitPassed: false });
    }
    case "wave_routed":
      return routed(state, event);
    case "timer_set": {
      const { at, armed } = event;
      return moved(state, { timer: { at, armed } });
    }
    case "limit_passed":
      return moved(state, { timer: null, limitPassed: true });
    case "asked":
      return moved(state, asking(event.ask));
    case "answered":
      return answered(state, event.answer);
    case "held":
      return { ...state, heldBy: event.pause };
    case "resumed":
      return { ...state, heldBy: null };
    case "event_heard":
      return { ...state, events: { ...state.events, [event.step]: event.event } };
    case "leaving_digest":
      return leavingDigest(state, event);
    case "digest_alone": {
      const { count, items } = event;
      return { ...state, digest: { count, items } };
    }
    case "delivery_changed":
      return { ...state, deliveries: changed(state, event.delivery) };
    case "withdrawn":
      return state;
    case "compensation_registered": {
      const { type: _, ...what } = event;
      const added = { ...what, kind: "retract", class: "exact", status: "registered" } as const;
      return { ...state, compensations: [...state.compensations, added] };
    }
    case "reserving":
      return reserving(state, event);
    case "reservation_closed":
      return { ...state, compensations: closed(state, event) };
    case "compensating": {
      const { type: _, seal: __, ...compensating } = event;
      return { ...moved(state, { timer: null }), compensating };
    }
    case "compensated":
      return { ...state, compensations: compensated(state, event) };
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

function routed(state: SagaState, event: Extract<SagaEvent, { type: "wave_routed" }>): SagaState {
  const { step, wave } = event;
  const made = new Set(event.deliveries.map(({ id }) => id));
  const heardOf = state.deliveries.map((one) => (made.has(one.id) ? { ...one, step, wave } : one));
  for (const { id } of heardOf) made.delete(id);
  const added = event.deliveries
    .filter(({ id }) => made.has(id))
    .map((one): SagaDelivery => ({ ...one, step, wave, status: "pending", redrive: 0 }));
  const skipped = event.skipped.map((one) => ({ ...one, step }));
  const isCurrent = state.at?.step === step && state.at.wave === wave;
  return {
    ...(isCurrent ? moved(state, { routed: true }) : state),
    deliveries: [...heardOf, ...added],
    skipped: [...state.skipped, ...skipped],
  };
}

/** A delivery may be heard of before the router has said whose it is: until then it belongs to the wave asked for. */
function changed({ deliveries, at }: SagaState, standing: Standing): SagaDelivery[] {
  const known = deliveries.some(({ id }) => id === standing.id);
  if (!known) {
    return [...deliveries, { ...standing, step: at?.step ?? "", wave: at?.wave ?? 0 }];
  }
  return deliveries.map((one) => {
    if (one.id !== standing.id) return one;
    // Not merged: an error that is over must go.
    return { ...standing, step: one.step, wave: one.wave };
  });
}

function compensated(
  { compensations }: SagaState,
  { step, wave, channel, id }: Extract<SagaEvent, { type: "compensated" }>,
): SagaState["compensations"] {
  return compensations.map((one) => {
    if (one.kind !== "retract") return one;
    const isMeant = one.step === step && one.wave === wave && one.channel === channel;
    return isMeant ? { ...one, status: id === null ? "dropped" : "done" } : one;
  });
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
