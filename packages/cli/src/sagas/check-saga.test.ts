import { SagaPosition, SagaState } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { checkSaga, type SagaRowEvent, type SagaRows } from "./check-saga.ts";

const NOW = 1_000_000;
const moment = { now: NOW, graceMs: 1_000 };

const line = (seq: number, at: number, cause: string, ...events: SagaRowEvent[]) => ({
  seq,
  at,
  cause,
  events,
});
const issued = (wave: number) => ({ type: "wave_issued", step: "send", wave });

const at = SagaPosition.parse({
  step: "send",
  wave: 1,
  routed: true,
  timer: { at: NOW + 60_000, armed: 2 },
  limitPassed: false,
});
const state = SagaState.parse({
  at,
  deliveries: [],
  skipped: [],
  compensations: [],
  compensating: null,
  end: null,
});

/** It asked for a channel, its time ran out, it asked for the next and waits for that one's time limit. */
const waiting: SagaRows = {
  id: "s",
  version: 3,
  outcome: null,
  state,
  updatedAt: NOW - 5_000,
  history: [
    line(1, 100, "start", { type: "started" }, { type: "step_entered", step: "send" }, issued(0)),
    line(2, 200, "routed", { type: "timer_set", at: 900, armed: 2 }),
    line(3, 900, "timer", { type: "limit_passed" }, issued(1)),
  ],
  hasTimer: true,
  isStranded: false,
  reservations: 0,
};

const ended: SagaRows = {
  ...waiting,
  version: 4,
  outcome: "cancelled",
  state: { ...state, at: null, end: { outcome: "cancelled", reason: "as asked" } },
  history: [...waiting.history, line(4, 1_000, "cancel", { type: "ended" })],
  hasTimer: false,
};

const withTimer = (timer: typeof at.timer | null): SagaState => ({
  ...state,
  at: { ...at, timer },
});
const delivery = {
  id: "d",
  channel: "email",
  step: "send",
  wave: 1,
  redrive: 0,
  attempts: 1,
} as const;

test("one that waits for its timer and one that has ended are whole", () => {
  expect(checkSaga(waiting, moment)).toEqual([]);
  expect(checkSaga(ended, moment)).toEqual([]);
});

test("a member of a digest waits for its leader, without a timer", () => {
  const answer = { kind: "digest_member" as const };
  const member = {
    ...waiting,
    state: { ...state, at: { ...at, timer: null, asked: true, answer } },
    hasTimer: false,
  };
  expect(checkSaga(member, moment)).toEqual([]);
  expect(checkSaga({ ...member, isStranded: true }, moment)).toEqual([
    "saga s: nobody leads the digest its item is in",
  ]);
});

test("one that has not ended may hold of a budget", () => {
  expect(checkSaga({ ...waiting, reservations: 1 }, moment)).toEqual([]);
});

test("one without a timer may wait for a delivery, or a moment for an answer", () => {
  const open = { ...delivery, status: "retrying" as const };
  const ofDelivery = { ...waiting, state: { ...withTimer(null), deliveries: [open] } };
  expect(checkSaga(ofDelivery, moment)).toEqual([]);
  const ofAnswer = { ...waiting, state: withTimer(null), updatedAt: NOW - 500 };
  expect(checkSaga(ofAnswer, moment)).toEqual([]);
});

const [first, second, third] = [...waiting.history];
const lines = (...history: (SagaRows["history"][number] | undefined)[]) => ({
  history: history.filter((one) => one !== undefined),
});

const held = {
  kind: "release",
  step: "hold",
  budget: "texts",
  amount: 1,
  class: "exact",
  status: "registered",
} as const;

const red: [string, SagaRows, RegExp][] = [
  ["a gap", { ...waiting, ...lines(first, third) }, /history is not 1 to 3: 1, 3/],
  ["a line too few", { ...waiting, version: 4 }, /history is not 1 to 4/],
  [
    "a wave asked for twice",
    { ...waiting, version: 4, history: [...waiting.history, line(4, 950, "routed", issued(1))] },
    /wave send 1 was asked for twice/,
  ],
  [
    "a timer that came early",
    { ...waiting, ...lines(first, second, third && { ...third, at: 880 }) },
    /came 20 ms early/,
  ],
  [
    "the same timer twice",
    {
      ...waiting,
      version: 4,
      history: [...waiting.history, line(4, 950, "timer", { type: "limit_passed" })],
    },
    /came that was not set/,
  ],
  [
    "a wave after a cancel",
    {
      ...ended,
      version: 5,
      history: [...ended.history, line(5, 1_100, "routed", issued(2))],
    },
    /after its last decision: wave_issued send/,
  ],
  ["an end that its history does not know", { ...ended, ...waiting, outcome: "failed" }, /ends 0/],
  ["an end that its row does not know", { ...ended, outcome: null }, /ends 1 times, it is null/],
  [
    "a reservation nobody gave back",
    { ...ended, state: { ...ended.state, compensations: [held] } },
    /still holds what it reserved/,
  ],
  ["an end that gave nothing back", { ...ended, reservations: 2 }, /holds 2 reservations/],
  ["a timer that is gone before its time", { ...waiting, hasTimer: false }, /gone before its time/],
  [
    "a timer nobody fires",
    { ...waiting, state: withTimer({ at: NOW - 2_000, armed: 2 }) },
    /timer is overdue/,
  ],
  [
    "a timer that fired, and nothing came of it",
    { ...waiting, state: withTimer({ at: NOW - 2_000, armed: 2 }), hasTimer: false },
    /came to nothing/,
  ],
  ["nothing to wait for", { ...waiting, state: withTimer(null) }, /nothing that can come, in send/],
  [
    "a delivery waited for that has ended",
    {
      ...waiting,
      state: { ...withTimer(null), deliveries: [{ ...delivery, status: "failed" }] },
    },
    /nothing that can come/,
  ],
];

test.each(red)("red: %s", (_, saga, problem) => {
  expect(checkSaga(saga, moment).join("\n")).toMatch(problem);
});
