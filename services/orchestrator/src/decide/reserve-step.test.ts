import { WorkflowDefinition, type WorkflowStep } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { after, testSaga } from "./test-saga.ts";

const hold = { type: "reserve", name: "hold", budget: "texts", amount: 2 };
const tell = { type: "send", name: "send", template: "t", channels: ["email"] };
const pause = { type: "delay", name: "pause", for: "P1D" };
const more = { type: "send", name: "more", template: "t", channels: ["sms"], required: false };
const granted = { kind: "reserve", granted: true, left: 10 } as const;
const refused = { kind: "reserve", granted: false, left: 1 } as const;

function workflow(steps: object[], data: Record<string, number | string> = {}) {
  const of = testSaga();
  const definition: { steps: WorkflowStep[] } = WorkflowDefinition.parse({ steps });
  const saga = { ...of.new(), definition };
  return { ...of, new: () => ({ ...saga, request: { ...saga.request, data } }) };
}

test("how it is given back is known before it is asked for", () => {
  const of = workflow([hold, tell]);
  const { events, saga } = after(of.new(), of.start());
  expect(events.slice(2)).toEqual([
    { type: "reserving", step: "hold", budget: "texts", amount: 2 },
    { type: "asked", step: "hold", ask: { kind: "reserve", budget: "texts", amount: 2 } },
  ]);
  expect(saga.state.compensations).toMatchObject([
    { kind: "release", class: "exact", status: "registered", amount: 2 },
  ]);
});

test("it is used up when the saga completes", () => {
  const of = workflow([hold, tell]);
  const inputs = [of.start(), of.answered("hold", granted), of.routed(0, "email")];
  const { events, saga } = after(of.new(), ...inputs, of.standing("email", "sent"));
  expect(events.slice(-2)).toMatchObject([
    { type: "reservation_closed", step: "hold", how: "settled" },
    { type: "ended", outcome: "completed" },
  ]);
  expect(saga.state.compensations).toMatchObject([{ status: "settled" }]);
});

test("it is given back when nobody was reached, and when it is cancelled, its answer heard or not", () => {
  const of = workflow([hold, tell]);
  const asked = after(of.new(), of.start());
  const held = after(asked.saga, of.answered("hold", granted));
  const released = [
    { type: "compensating" },
    { type: "reservation_closed", how: "released" },
    { type: "ended" },
  ];
  expect(after(held.saga, of.cancel()).events).toMatchObject(released);
  expect(after(held.saga, of.skipped(0, "email")).events.slice(1)).toMatchObject(released);
  const early = after(asked.saga, of.cancel());
  expect(early.events).toMatchObject(released);
  expect(after(early.saga, of.answered("hold", granted)).events).toEqual([]);
});

test("past the pivot a cancel gives it back unless something was sent", () => {
  const steps = [hold, pause, more];
  const of = workflow(steps);
  const unsent = after(of.new(), of.start(), of.answered("hold", granted), of.cancel());
  expect(unsent.events).toMatchObject([{ how: "released" }, { outcome: "cancelled" }]);
  const sent = workflow([hold, tell, pause, more]);
  const inputs = [sent.start(), sent.answered("hold", granted), sent.routed(0, "email")];
  const { events } = after(sent.new(), ...inputs, sent.standing("email", "sent"), sent.cancel());
  expect(events).toMatchObject([{ how: "settled" }, { outcome: "cancelled" }]);
});

test("not granted, it goes another way or ends, and holds nothing", () => {
  const of = workflow([{ ...hold, otherwise: "more" }, { ...tell, next: "end" }, more]);
  const { events, saga } = after(of.new(), of.start(), of.answered("hold", refused));
  const reason = "2 of texts were asked for and 1 are left";
  expect(events.slice(1)).toMatchObject([
    { type: "reservation_closed", how: "dropped" },
    { type: "step_entered", step: "more", reason },
    { type: "wave_issued" },
  ]);
  expect(saga.state.compensations).toMatchObject([{ status: "dropped" }]);
  const other = workflow([hold, tell]);
  const ended = after(other.new(), other.start(), other.answered("hold", refused));
  expect(ended.events.at(-1)).toMatchObject({
    outcome: "suppressed",
    error: { code: "over_budget", message: `Step hold: ${reason}` },
  });
});

test("an amount of the event's; what cannot be told is refused without asking, nothing needs no asking", () => {
  const steps = [{ ...hold, amount: "event.data.parts * 0.1", otherwise: "end" }, tell];
  const begin = (data: Record<string, number | string>) => {
    const of = workflow(steps, data);
    return after(of.new(), of.start()).events.at(-1);
  };
  expect(begin({ parts: 3 })).toMatchObject({ type: "asked", ask: { amount: 0.3 } });
  expect(begin({ parts: 0 })).toMatchObject({ type: "wave_issued" });
  for (const parts of [-1, 1e12, "many"])
    expect(begin({ parts })).toMatchObject({ type: "ended", outcome: "completed" });
  expect(begin({})).toMatchObject({ type: "ended" });
});
