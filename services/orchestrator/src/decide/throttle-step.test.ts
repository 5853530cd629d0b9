import { WorkflowDefinition, type WorkflowStep } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { after, testSaga } from "./test-saga.ts";

const tell = { type: "send", name: "send", template: "t", channels: ["email"] };
const few = { type: "throttle", name: "few", limit: 3, per: "P1D" };
const remind = { type: "send", name: "remind", template: "t", channels: ["inapp"] };
const granted = { kind: "throttle", granted: true } as const;
const refused = { kind: "throttle", granted: false } as const;

function workflow(steps: object[], data: Record<string, string> = {}) {
  const of = testSaga();
  const definition: { steps: WorkflowStep[] } = WorkflowDefinition.parse({ steps });
  const saga = { ...of.new(), definition };
  return { ...of, new: () => ({ ...saga, request: { ...saga.request, data } }) };
}

test("it asks once, by the recipient, and goes on when it is admitted", () => {
  const of = workflow([few, tell]);
  const asked = after(of.new(), of.start());
  expect(asked.events.at(-1)).toEqual({
    type: "asked",
    step: "few",
    ask: { kind: "throttle", scope: "/few", key: "ann", limit: 3, spanMs: 86_400_000 },
  });
  const { events, saga } = after(asked.saga, of.answered("few", granted));
  expect(events).toMatchObject([
    { type: "answered" },
    { type: "step_entered", step: "send", reason: "one of at most 3 in P1D" },
    { type: "wave_issued" },
  ]);
  expect(after(saga, of.answered("few", granted)).events).toEqual([]);
});

test("over the limit nothing is sent, and the notification says why", () => {
  const of = workflow([few, tell]);
  const { events } = after(of.new(), of.start(), of.answered("few", refused));
  expect(events.at(-1)).toMatchObject({
    type: "ended",
    outcome: "suppressed",
    error: { code: "throttled", message: "Step few: there were 3 in P1D already" },
  });
});

test("over the limit after something was sent, what was sent is all there is", () => {
  const of = workflow([tell, few, remind]);
  const sent = [of.start(), of.routed(0, "email"), of.standing("email", "sent")];
  const { events } = after(of.new(), ...sent, of.answered("few", refused));
  expect(events.at(-1)).toMatchObject({ type: "ended", outcome: "completed" });
});

test("or it goes another way", () => {
  const of = workflow([{ ...few, otherwise: "remind" }, { ...tell, next: "end" }, remind]);
  const { events } = after(of.new(), of.start(), of.answered("few", refused));
  expect(events.at(-1)).toMatchObject({ type: "wave_issued", step: "remind" });
});

test("it counts by what its key gives; by the recipient where that is nothing", () => {
  const key = "event.data.shop";
  const askOf = (data: Record<string, string>) => {
    const of = workflow([{ ...few, key }, tell], data);
    return after(of.new(), of.start()).events.at(-1);
  };
  expect(askOf({ shop: "north" })).toMatchObject({ ask: { key: "north" } });
  expect(askOf({})).toMatchObject({ ask: { key: "ann" } });
  expect(askOf({ shop: "x".repeat(201) })).toMatchObject({
    ask: { key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  });
});

test("an answer after a cancel changes nothing", () => {
  const of = workflow([few, tell]);
  const cancelled = after(of.new(), of.start(), of.cancel());
  expect(cancelled.saga.state.end?.outcome).toBe("cancelled");
  expect(after(cancelled.saga, of.answered("few", granted)).events).toEqual([]);
});
