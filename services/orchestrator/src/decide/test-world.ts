import type { DeliveryStatus, FactError, SagaInput, StepOf, Until } from "@pulsecourier/contracts";
import type { Saga, SagaEvent } from "./saga.ts";
import { advance, type AskedFor, NOW, testSaga } from "./test-saga.ts";

/** What becomes of a delivery, from first to last; empty for a channel that the router skips. */
export type Course = readonly DeliveryStatus[];

export const COURSES: readonly Course[] = [
  [],
  ["failed"],
  ["retrying", "failed"],
  ["sent"],
  ["sent", "delivered"],
  ["sent", "delivered", "read"],
  ["retrying", "sent", "read"],
  ["sent", "failed"],
];

/** Through the first step's channels in turn, one of which the second uses again. Two undo themselves, one is corrected. */
const FIRST: Partial<StepOf<"send">> = {
  channels: ["email", "inapp", "push"],
  correction: { template: "sorry", channels: ["email", "sms"] },
};
const AGAIN: StepOf<"send"> = {
  type: "send",
  name: "again",
  template: "t",
  channels: ["email"],
  strategy: "all",
  until: "sent",
  within: "PT10M",
  required: true,
  correction: { template: "sorry" },
};

/** What upstream may say while a saga runs. */
export const SIGNALS = ["order.paid", "order.cancelled"] as const;
const [PAID, CANCELLED] = SIGNALS;
const key = "event.data.orderNo";

/** Stands before the send step: sends when it was paid, and else nothing. */
export const AWAIT_PAID: StepOf<"wait"> = {
  type: "wait",
  name: "paid",
  event: { on: PAID, key },
  within: "PT1H",
  otherwise: "end",
};

/** How a saga's life is played: what may happen next is picked, once or again; somebody may cancel. */
export type Play = {
  until: Until;
  /** Of the first step's channels, then of the second's. */
  courses: readonly Course[];
  /** Of the messages that undo, in the order they are asked for. */
  corrections: readonly Course[];
  picks: readonly { at: number; again: boolean }[];
  cancelAt: number | null;
  /** It begins with the wait for an event; these come once it has started. Null: it does not wait. */
  signals: readonly (typeof SIGNALS)[number][] | null;
  recipient: string;
};

export type Played = { saga: Saga; script: SagaInput[]; history: SagaEvent[][] };

/** The saga of a play, and the inputs it may get. */
export function playedBy({
  until,
  signals,
  recipient,
}: Pick<Play, "until" | "signals" | "recipient">) {
  const waits = { before: [AWAIT_PAID], cancelOn: [{ on: CANCELLED, key }] };
  const more = { later: [AGAIN], ...(signals === null ? {} : waits) };
  return testSaga({ ...FIRST, until }, recipient, more);
}

const NO_ADDRESS: FactError = { code: "no_address", class: "permanent", message: "none" };

type Happening = { input: SagaInput; followUp?: () => void };

/** What may happen next; each course's next word comes after the one before. */
function createWorld({ courses, corrections, ...one }: Play) {
  const of = playedBy(one);
  const undoing = [...corrections];
  const possible: Happening[] = [{ input: of.start() }];

  /** The tracker may tell of a delivery before the router has answered. */
  function carryOut(asked: AskedFor, course: Course): void {
    possible.push({ input: of.answerTo(asked, course.length === 0 ? NO_ADDRESS : undefined) });
    follow(asked, course);
  }

  function follow(asked: AskedFor, [status, ...rest]: Course): void {
    if (status === undefined) return;
    const input = of.stands(asked, status);
    possible.push({ input, followUp: () => follow(asked, rest) });
  }

  function expect(event: SagaEvent): void {
    if (event.type === "wave_issued") {
      const { step, wave, channels } = event;
      const course = courses[step === AGAIN.name ? 3 : wave] ?? [];
      for (const channel of channels) carryOut({ step, wave, channel }, course);
    }
    if (event.type === "compensation_issued") {
      const { step, sentAs: wave, channel } = event;
      carryOut({ step, wave, channel }, undoing.shift() ?? ["sent"]);
    }
    if (event.type === "started")
      for (const type of one.signals ?? []) possible.push({ input: of.event(type, type) });
    if (event.type === "timer_set") possible.push({ input: of.timer(event.armed) });
  }

  return { of, possible, expect };
}

/**
 * Plays a saga in the world it lives in, to the end: the router answers what it was asked for, deliveries take their
 * course, time limits come, each at any time and any number of times. The script is all that came, in its order.
 */
export function play(one: Play): Played {
  const { of, possible, expect } = createWorld(one);
  const played: Played = { saga: of.new(), script: [], history: [] };
  const taken = new Set<string>();

  function take(input: SagaInput): void {
    played.script.push(input);
    // As the history does.
    if (taken.has(input.id)) return;
    const now = NOW + played.script.length * 1_000;
    const { saga, events } = advance(played.saga, input, now);
    if (events.length === 0) return;
    taken.add(input.id);
    played.saga = saga;
    played.history.push([...events]);
    events.forEach(expect);
  }

  for (const [index, { at, again }] of one.picks.entries()) {
    if (index === one.cancelAt) take(of.cancel());
    const [picked] = possible.splice(at % Math.max(1, possible.length), 1);
    if (picked === undefined) break;
    take(picked.input);
    picked.followUp?.();
    if (again) possible.push({ input: picked.input });
  }
  for (let left = possible.shift(); left !== undefined; left = possible.shift()) {
    take(left.input);
    left.followUp?.();
  }
  return played;
}
