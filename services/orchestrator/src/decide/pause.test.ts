import { expect, test } from "vitest";
import { advance, after, NOW, testSaga } from "./test-saga.ts";

const PAUSE = "0197a2b4-0f6e-4c11-9d3e-5b1f0c2a7d44";
const OTHER = "0197a2b4-0f6e-4c11-9d3e-5b1f0c2a7d45";
const paused = (saga: Parameters<typeof advance>[0], input: Parameters<typeof advance>[1]) =>
  advance(saga, input, NOW, PAUSE);

test("what begins while its workflow is paused takes its first step afterwards", () => {
  const of = testSaga();
  const begun = paused(of.new(), of.start());
  expect(begun.events.map(({ type }) => type)).toEqual(["started", "step_entered", "held"]);
  expect(after(begun.saga, of.resume(OTHER)).events).toEqual([]);
  const on = after(begun.saga, of.resume(PAUSE));
  expect(on.events.map(({ type }) => type)).toEqual(["resumed", "wave_issued"]);
});

test("a time limit that comes meanwhile is taken up on the resume, unless a receipt came, too", () => {
  const of = testSaga({ until: "read" });
  const sent = after(of.new(), of.start(), of.routed(0, "email"), of.standing("email", "sent"));
  const late = paused(sent.saga, of.timer(2));
  expect(late.events).toEqual([
    { type: "limit_passed" },
    { type: "held", step: "send", pause: PAUSE },
  ]);
  const on = after(late.saga, of.resume(PAUSE));
  expect(on.events.at(-1)).toMatchObject({ type: "wave_issued", channels: ["sms"] });
  const read = paused(late.saga, of.standing("email", "read"));
  expect(read.events.map(({ type }) => type)).toEqual(["delivery_changed"]);
  expect(after(read.saga, of.resume(PAUSE)).events.at(-1)).toMatchObject({ type: "ended" });
});

test("paused once more before it went on, it holds for the new pause", () => {
  const of = testSaga();
  const held = paused(of.new(), of.start());
  const again = advance(held.saga, of.resume(PAUSE), NOW, OTHER);
  expect(again.events).toEqual([{ type: "resumed" }, { type: "held", step: "send", pause: OTHER }]);
});

test("a cancel ends it all the same", () => {
  const of = testSaga();
  const held = paused(of.new(), of.start());
  const end = paused(held.saga, of.cancel());
  expect(end.events).toMatchObject([{ type: "ended", outcome: "cancelled" }]);
  expect(after(end.saga, of.resume(PAUSE)).events).toEqual([]);
});
