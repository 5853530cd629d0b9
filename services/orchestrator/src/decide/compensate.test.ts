import { WorkflowDefinition } from "@pulsecourier/contracts";
import { describe, expect, test } from "vitest";
import { after, testSaga } from "./test-saga.ts";

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe("a cancel after something was put into an inbox", () => {
  const of = testSaga({ channels: ["inapp", "email"], until: "read" });
  const begun = () => after(of.new(), of.start(), of.routed(0, "inapp")).saga;

  test("how it will be undone is known before it is done", () => {
    const { events } = after(of.new(), of.start());
    expect(typesOf(events).slice(2)).toEqual(["compensation_registered", "wave_issued"]);
  });

  test("takes it back, and then ends", () => {
    const sent = after(begun(), of.standing("inapp", "sent"));
    const { events, saga } = after(sent.saga, of.cancel());
    expect(events).toMatchObject([
      { type: "compensating", outcome: "cancelled", seal: false },
      { type: "compensated", channel: "inapp", id: of.deliveryId("inapp") },
      { type: "ended", outcome: "cancelled" },
    ]);
    expect(saga.state.compensations).toMatchObject([
      { kind: "retract", class: "exact", status: "done" },
    ]);
  });

  test("waits for what is on its way: it may have left at the very moment", () => {
    const waiting = after(begun(), of.cancel());
    expect(waiting.events).toMatchObject([{ type: "compensating", seal: true }]);
    const left = after(waiting.saga, of.standing("inapp", "sent"));
    expect(typesOf(left.events)).toEqual(["delivery_changed", "compensated", "ended"]);
    const stopped = after(waiting.saga, of.standing("inapp", "cancelled"));
    expect(stopped.events).toMatchObject([
      {},
      { type: "compensated", id: null },
      { type: "ended" },
    ]);
    expect(stopped.saga.state.compensations).toMatchObject([{ status: "dropped" }]);
  });

  test("waits for the router, too, and asks for no other channel meanwhile", () => {
    const waiting = after(of.new(), of.start(), of.cancel());
    expect(waiting.saga.state.end).toBeNull();
    const { events } = after(waiting.saga, of.ended(0, "expired"));
    expect(typesOf(events)).toEqual(["wave_routed", "compensated", "ended"]);
    const skipped = after(waiting.saga, of.skipped(0, "inapp"));
    expect(typesOf(skipped.events)).toEqual(["wave_routed", "compensated", "ended"]);
  });
});

const steps = (...all: object[]) => WorkflowDefinition.parse({ steps: all });
const tell = { type: "send", name: "send", template: "t", channels: ["inapp"] };
const ask = { type: "send", name: "ask", template: "t", channels: ["email"] };

function told(definition: WorkflowDefinition) {
  const of = testSaga();
  const saga = { ...of.new(), definition };
  const inputs = [of.start(), of.routed(0, "inapp"), of.standing("inapp", "sent")];
  return { of, saga: after(saga, ...inputs).saga };
}

test("when a required step reaches nobody, what was sent before it is taken back", () => {
  const { of, saga } = told(steps(tell, ask));
  const failed = { ...of.skipped(0, "email"), step: "ask" };
  const { events } = after(saga, failed);
  expect(typesOf(events)).toEqual(["wave_routed", "compensating", "compensated", "ended"]);
});

test("past the pivot there is no going back: a cancel only stops what is left", () => {
  const { of, saga } = told(
    steps(tell, { type: "delay", name: "pause", for: "P1D" }, { ...ask, required: false }),
  );
  const { events } = after(saga, of.cancel());
  expect(typesOf(events)).toEqual(["ended"]);
});
