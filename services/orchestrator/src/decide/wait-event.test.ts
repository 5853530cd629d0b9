import { WorkflowDefinition } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { after, NOW, testSaga } from "./test-saga.ts";
import { AWAIT_PAID } from "./test-world.ts";

const awaits = (event: object = {}) =>
  testSaga({}, "ann", {
    before: [{ ...AWAIT_PAID, event: { on: "order.paid", key: "event.data.orderNo", ...event } }],
  });

test("an event that comes in time lets it go on", () => {
  const of = awaits();
  const waiting = after(of.new(), of.start());
  expect(waiting.events.at(-1)).toEqual({ type: "timer_set", at: NOW + 3_600_000, armed: 1 });
  const paid = after(waiting.saga, of.event("order.paid", "p-1"));
  expect(paid.events).toMatchObject([
    { type: "event_heard", step: "paid", event: { id: "p-1" } },
    { type: "step_entered", step: "send", reason: "event order.paid p-1 came" },
    { type: "wave_issued" },
  ]);
  expect(after(paid.saga, of.timer(1)).events).toEqual([]);
});

test("its time limit, when that is first; the event then changes nothing", () => {
  const of = awaits();
  const late = after(of.new(), of.start(), of.timer(1));
  expect(late.events.at(-1)).toMatchObject({
    type: "ended",
    reason: "no order.paid came within PT1H",
  });
  expect(after(late.saga, of.event("order.paid")).events).toEqual([]);
});

test.for<[string, object, ReturnType<ReturnType<typeof awaits>["event"]>]>([
  ["of another type", {}, testSaga().event("order.shipped")],
  ["about something else", {}, testSaga().event("order.paid", "1", { orderNo: "B-2" })],
  ["without a key", {}, testSaga().event("order.paid", "1", {})],
  [
    "for which the condition does not hold",
    { when: "event.data.sum > 5.0" },
    testSaga().event("order.paid"),
  ],
  ["that it began with itself", { on: "order.shipped" }, testSaga().event("order.shipped", "e")],
])("an event %s is not the one", ([, signal, input]) => {
  const of = awaits(signal);
  expect(after(of.new(), of.start(), input).events).toEqual([]);
});

test("a key may have another name, a condition compares both events", () => {
  const when = "event.data.orderNo == start.data.orderNo";
  const of = awaits({ key: "event.data.id", startKey: "event.data.orderNo", when });
  const paid = of.event("order.paid", "1", { id: "A-1", orderNo: "A-1" });
  expect(after(of.new(), of.start(), paid).events[0]?.type).toBe("event_heard");
});

test("without a key of its own nothing can come, so it does not wait", () => {
  const of = awaits({ startKey: "event.data.nothing" });
  expect(after(of.new(), of.start()).events.at(-1)).toMatchObject({
    type: "ended",
    reason: "what began it has no key to know order.paid by",
  });
});

test("one that comes before its step is there when the step is entered, and conditions see it", () => {
  const of = testSaga();
  const definition = WorkflowDefinition.parse({
    steps: [
      { type: "send", name: "send", template: "t", channels: ["email"] },
      { ...AWAIT_PAID, otherwise: "end" },
      {
        type: "branch",
        name: "which",
        branches: [{ when: 'events["paid"].data.sum > 5.0', next: "thank" }],
        otherwise: "end",
      },
      { type: "send", name: "thank", template: "t", channels: ["sms"] },
    ],
  });
  const paid = of.event("order.paid", "p-1", { orderNo: "A-1", sum: 7 });
  const saga = { ...of.new(), definition };
  const sent = [of.start(), paid, of.routed(0, "email"), of.standing("email", "sent")];
  expect(after(saga, ...sent).events.at(-1)).toMatchObject({ type: "wave_issued", step: "thank" });
});

test("of a large event only the name is kept", () => {
  const of = awaits();
  const large = of.event("order.paid", "1", { orderNo: "A-1", text: "x".repeat(20_000) });
  const { events } = after(of.new(), of.start(), large).saga.state;
  expect(events["paid"]).toMatchObject({ data: {}, dataLeftOut: true });
});
