import { isAhead, type SagaInput, type Standing } from "@pulsecourier/contracts";
import { takeCorrection } from "./compensate.ts";
import type { Conditions } from "./conditions.ts";
import { createDraft, type Draft } from "./draft.ts";
import { endSaga, settle } from "./end-saga.ts";
import { isNewDigestAnswer } from "./leave-digest.ts";
import { proceed } from "./proceed.ts";
import { hasReached, isOpen, isUnanswered } from "./reached.ts";
import type { Saga, SagaEvent } from "./saga.ts";
import { withdraw } from "./send-step.ts";
import { takeEvent } from "./take-event.ts";

/**
 * What was seen besides the input: the platform's clock, ms since 1970, whether a cancel came before the start, and the
 * pause of its workflow, if there is one.
 */
export type Seen = {
  now: number;
  isCancelled: boolean;
  pause: string | null;
  conditions: Conditions;
};

/**
 * What an input leads to. Pure: the same saga, input and time give the same events, and none when the input says
 * nothing new.
 */
export function decide(saga: Saga, input: SagaInput, seen: Seen): readonly SagaEvent[] {
  const draft = createDraft(saga, seen);
  const hasStarted = saga.version > 0;
  const { compensating, end } = saga.state;
  if (!hasStarted && input.type === "start") start(draft, seen);
  else if (hasStarted && compensating !== null) takeLast(draft, input);
  // After its end a saga does nothing more: what was open was forbidden with the end itself.
  else if (hasStarted && end === null) take(draft, input, seen);
  return draft.events;
}

function start(draft: Draft, { isCancelled, pause }: Seen): void {
  const [first] = draft.saga.definition.steps;
  draft.emit({ type: "started" });
  if (isCancelled)
    return endSaga(draft, { outcome: "cancelled", reason: "cancelled before it began" });
  if (first !== undefined) draft.emit({ type: "step_entered", step: first.name });
  goOn(draft, pause);
}

function take(draft: Draft, input: SagaInput, { pause }: Seen): void {
  switch (input.type) {
    case "start":
      break;
    case "routed":
      takeRouted(draft, input);
      break;
    case "standing":
      for (const delivery of input.deliveries) takeStanding(draft, delivery);
      break;
    case "answered":
      takeAnswer(draft, input);
      break;
    case "timer":
      if (draft.state.at?.timer?.armed === input.armed) draft.emit({ type: "limit_passed" });
      break;
    case "event":
      takeEvent(draft, input.event);
      break;
    case "resume":
      if (draft.state.heldBy === input.pause) draft.emit({ type: "resumed" });
      break;
    case "cancel":
      endSaga(draft, { outcome: "cancelled", reason: input.reason });
      break;
  }
  if (draft.events.length > 0) goOn(draft, pause);
}

/** Takes no step while its workflow is paused; what has come meanwhile is taken up when it goes on. */
function goOn(draft: Draft, pause: string | null): void {
  const { at, compensating, heldBy } = draft.state;
  if (pause === null) proceed(draft);
  else if (at !== null && compensating === null && heldBy !== pause) {
    draft.emit({ type: "held", step: at.step, pause });
  }
}

/** While it compensates, what becomes of its deliveries is all that matters. */
function takeLast(draft: Draft, input: SagaInput): void {
  if (input.type === "standing") {
    for (const delivery of input.deliveries) takeStanding(draft, delivery);
  } else if (input.type === "routed" && !takeCorrection(draft, input)) {
    const { step, wave, deliveries, skipped } = input;
    if (!isUnanswered(draft.state, { step, wave })) return;
    draft.emit({ type: "wave_routed", step, wave, deliveries, skipped });
  }
  if (draft.events.length > 0) settle(draft);
}

/** What another step had asked is no longer of interest. */
function takeAnswer(draft: Draft, { step, answer }: Extract<SagaInput, { type: "answered" }>) {
  const { at } = draft.state;
  const isNew =
    at?.digest === undefined ? at?.answer === null : isNewDigestAnswer(at.answer, answer);
  const isAwaited = at?.step === step && at.asked && isNew;
  if (isAwaited) draft.emit({ type: "answered", step, answer });
}

type Routed = Extract<SagaInput, { type: "routed" }>;

function takeRouted(draft: Draft, { step, wave, deliveries, skipped, end }: Routed): void {
  if (!isUnanswered(draft.state, { step, wave })) return;
  const { at } = draft.state;
  const isCurrent = at?.step === step && at.wave === wave;
  draft.emit({ type: "wave_routed", step, wave, deliveries, skipped });
  if (!isCurrent) {
    const ids = new Set(deliveries.map(({ id }) => id));
    const open = draft.state.deliveries.filter((one) => ids.has(one.id) && isOpen(one));
    withdraw(draft, step, open, "the saga has gone on without it");
  } else if (end !== undefined) endEarly(draft, step, end);
}

/** The router sees no sense in any further channel. What an earlier one has sent counts nevertheless. */
function endEarly(
  draft: Draft,
  step: string,
  { outcome, error }: NonNullable<Routed["end"]>,
): void {
  const reason = error?.message ?? `it is ${outcome}`;
  const sent = draft.state.deliveries.find((one) => one.step === step && hasReached(one, "sent"));
  if (sent === undefined || outcome === "cancelled") endSaga(draft, { outcome, reason, error });
  else
    endSaga(draft, { outcome: "completed", reason: `${sent.channel} was sent, then: ${reason}` });
}

function takeStanding(draft: Draft, delivery: Standing): void {
  const { deliveries, unplaced } = draft.state;
  const known = [...deliveries, ...unplaced].find(({ id }) => id === delivery.id);
  // What comes again after a crash may be older than what is known.
  const isNew =
    known === undefined ||
    isAhead(delivery, known) ||
    (known.provider !== delivery.provider && !isAhead(known, delivery));
  if (isNew) draft.emit({ type: "delivery_changed", delivery });
}
