import type { SagaState } from "@pulsecourier/contracts";

/** A saga as its rows tell it, all read at one moment. */
export type SagaRows = {
  id: string;
  version: number;
  outcome: string | null;
  state: SagaState;
  /** When it last changed, ms since 1970. */
  updatedAt: number;
  /** Oldest first; `at` in ms since 1970. */
  history: readonly {
    seq: number;
    at: number;
    cause: string;
    events: readonly SagaRowEvent[];
  }[];
  /** Whether the timer it waits for is there. */
  hasTimer: boolean;
  /** Its item is in a digest that no running saga leads. */
  isStranded: boolean;
  /** What it holds of budgets, in reservations. */
  reservations: number;
};

/** An event of the history, as far as it is looked at. */
export type SagaRowEvent = {
  type: string;
  step?: string | undefined;
  wave?: number | undefined;
  at?: number | undefined;
  armed?: number | undefined;
};

/** `now` by the clock of the rows; what came between two services may take `graceMs` to show. */
export type CheckMoment = { now: number; graceMs: number };

/**
 * What must not be of a saga; nothing of one that is whole: its history has no gaps and repeats no wave, no timer came
 * early, nothing was begun after its end or while it was undone, and it has ended and holds nothing of a budget, or waits
 * for something that can come.
 * Pure.
 */
export function checkSaga(saga: SagaRows, moment: CheckMoment): string[] {
  return [
    ...checkNumbers(saga),
    ...checkWaves(saga),
    ...checkTimers(saga),
    ...checkEnd(saga),
    ...checkWaiting(saga, moment),
  ].map((problem) => `saga ${saga.id}: ${problem}`);
}

function checkNumbers({ version, history }: SagaRows): string[] {
  const numbers = history.map(({ seq }) => seq);
  const isWhole = numbers.length === version && numbers.every((seq, at) => seq === at + 1);
  return isWhole ? [] : [`its history is not 1 to ${version}: ${numbers.join(", ")}`];
}

const eventsOf = ({ history }: SagaRows) =>
  history.flatMap(({ at: takenAt, events }) => events.map((event) => ({ ...event, takenAt })));

function checkWaves(saga: SagaRows): string[] {
  const issued = eventsOf(saga).filter(({ type }) => type === "wave_issued");
  const names = issued.map(({ step, wave }) => `${step} ${wave}`);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  return twice.map((name) => `wave ${name} was asked for twice`);
}

/** A time limit has its effect once its time has come. */
function checkTimers(saga: SagaRows): string[] {
  const problems: string[] = [];
  let due: number | undefined;
  for (const { type, at, takenAt } of eventsOf(saga)) {
    if (type === "timer_set") due = at;
    if (type !== "limit_passed") continue;
    if (due === undefined) problems.push("a time limit came that was not set");
    else if (takenAt < due) problems.push(`a time limit came ${due - takenAt} ms early`);
    due = undefined;
  }
  return problems;
}

const BEGINS = ["wave_issued", "step_entered", "timer_set"];

function checkEnd(saga: SagaRows): string[] {
  const { outcome, state, reservations } = saga;
  const events = eventsOf(saga);
  const stops = events.findIndex(({ type }) => type === "compensating" || type === "ended");
  const later = stops === -1 ? [] : events.slice(stops).filter(({ type }) => BEGINS.includes(type));
  const ends = events.filter(({ type }) => type === "ended").length;
  const hasEnded = outcome !== null;
  return [
    ...later.map(({ type, step }) => `after its last decision: ${type} ${step ?? ""}`.trimEnd()),
    ...(ends === (hasEnded ? 1 : 0) ? [] : [`its history ends ${ends} times, it is ${outcome}`]),
    ...((state.end?.outcome ?? null) === outcome ? [] : [`its state says ${state.end?.outcome}`]),
    ...(hasEnded && state.compensations.some(isHeld) ? ["it still holds what it reserved"] : []),
    ...(hasEnded && events.at(-1)?.type !== "ended" ? ["its history goes on after its end"] : []),
    ...(hasEnded && reservations > 0
      ? [`it has ended and holds ${reservations} reservations`]
      : []),
  ];
}

function isHeld({ kind, status }: SagaState["compensations"][number]): boolean {
  return kind === "release" && status === "registered";
}

const OPEN = ["pending", "waiting", "retrying", "unknown"];

/**
 * A saga that has not ended waits for its timer, for what becomes of a delivery, for the leader of its digest, or for
 * an answer under way.
 */
function checkWaiting(saga: SagaRows, { now, graceMs }: CheckMoment): string[] {
  const { outcome, state, hasTimer, isStranded, updatedAt } = saga;
  if (outcome !== null || state.heldBy !== null) return [];
  if (isStranded) return ["nobody leads the digest its item is in"];
  if (state.at?.answer?.kind === "digest_member") return [];
  const timer = state.at?.timer ?? null;
  if (timer !== null && !hasTimer && timer.at > now) return ["its timer is gone before its time"];
  if (now - Math.max(updatedAt, timer?.at ?? 0) <= graceMs) return [];
  if (timer !== null) return [hasTimer ? "its timer is overdue" : "its timer came to nothing"];
  if (state.deliveries.some(({ status }) => OPEN.includes(status))) return [];
  return [`it waits for nothing that can come, in ${state.at?.step ?? "no step"}`];
}
