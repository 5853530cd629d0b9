import type { Channel, DeliveryStatus, SagaInput, StepOf, Until } from "@pulsecourier/contracts";
import type { Saga, SagaEvent } from "./saga.ts";
import { advance, NOW, testSaga } from "./test-saga.ts";

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

/** One of them can be undone. */
export const CHANNELS: Channel[] = ["email", "inapp", "push"];

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
  courses: readonly Course[];
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
  return testSaga({ channels: CHANNELS, until }, recipient, signals === null ? {} : waits);
}

/**
 * Plays a saga in the world it lives in, to the end: the router answers what it was asked for, deliveries take their
 * course, time limits come, each at any time and any number of times. The script is all that came, in its order.
 */
export function play({ until, courses, picks, cancelAt, signals, recipient }: Play): Played {
  const of = playedBy({ until, signals, recipient });
  const played: Played = { saga: of.new(), script: [], history: [] };
  const taken = new Set<string>();
  /** What may happen next; each course's next word comes after the one before. */
  const possible: { input: SagaInput; followUp?: () => void }[] = [{ input: of.start() }];

  function expect(event: SagaEvent): void {
    if (event.type === "wave_issued") {
      const { wave, channels } = event;
      const [channel = "email"] = channels;
      const course = courses[wave] ?? [];
      const answer = course.length === 0 ? of.skipped(wave, channel) : of.routed(wave, channel);
      possible.push({ input: answer });
    }
    if (event.type === "wave_routed") {
      for (const { channel } of event.deliveries) follow(channel, courses[event.wave] ?? []);
    }
    if (event.type === "started")
      for (const type of signals ?? []) possible.push({ input: of.event(type, type) });
    if (event.type === "timer_set") possible.push({ input: of.timer(event.armed) });
  }

  function follow(channel: Channel, [status, ...rest]: Course): void {
    if (status === undefined) return;
    const input = of.standing(channel, status);
    possible.push({ input, followUp: () => follow(channel, rest) });
  }

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

  for (const [index, { at, again }] of picks.entries()) {
    if (index === cancelAt) take(of.cancel());
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
