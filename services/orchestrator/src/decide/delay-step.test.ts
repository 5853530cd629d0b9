import { type SagaRequest, WorkflowDefinition, type WorkflowStep } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { advance, after, NOW, testSaga } from "./test-saga.ts";

const tell = { type: "send", name: "send", template: "t", channels: ["email"] };

/** A saga that lets time pass first; it begins at noon UTC on Sunday, 1 March 2026. */
function delayed(until: object, request: Partial<SagaRequest> = {}) {
  const of = testSaga();
  const delay = { type: "delay", name: "pause", ...until };
  const definition: { steps: WorkflowStep[] } = WorkflowDefinition.parse({ steps: [delay, tell] });
  const saga = { ...of.new(), definition };
  return { ...of, new: () => ({ ...saga, request: { ...saga.request, ...request } }) };
}

/** When it goes on, or why at once. */
function dueOf(until: object, request: Partial<SagaRequest> = {}): string | undefined {
  const of = delayed(until, request);
  const { events } = after(of.new(), of.start());
  const entered = events.findLast((event) => event.type === "step_entered");
  const timer = events.findLast((event) => event.type === "timer_set");
  return timer === undefined ? entered?.reason : new Date(timer.at).toISOString();
}

test("until a time, with its offset; one that has passed is not waited for", () => {
  expect(dueOf({ until: "2026-03-01T15:00:00+01:00" })).toBe("2026-03-01T14:00:00.000Z");
  expect(dueOf({ until: "2026-03-01T13:00:00+01:00" })).toBe("its time had come");
  expect(dueOf({ until: "9999-12-31T23:59:59Z" })).toBe("2027-03-02T12:00:00.000Z");
});

test("until a time the event gives; without one it goes on at once", () => {
  const until = "event.data.departsAt";
  const departsAt = "2026-03-02T06:00:00Z";
  expect(dueOf({ until }, { data: { departsAt } })).toBe("2026-03-02T06:00:00.000Z");
  const before = 'timestamp(event.data.departsAt) - duration("2h")';
  expect(dueOf({ until: before }, { data: { departsAt } })).toBe("2026-03-02T04:00:00.000Z");
  const others: SagaRequest["data"][] = [{}, { departsAt: "soon" }, { departsAt: 5 }];
  for (const data of others)
    expect(dueOf({ until }, { data })).toBe("the event gives no time to wait for");
});

test("until an opening in the recipient's zone, the step's own before it, UTC without any", () => {
  const opening = { days: ["mon", "tue"], from: "09:00", until: "18:00" };
  expect(dueOf({ opening })).toBe("2026-03-02T09:00:00.000Z");
  const timezone = "America/New_York";
  expect(dueOf({ opening }, { timezone })).toBe("2026-03-02T14:00:00.000Z");
  const own = { opening: { ...opening, timezone: "Asia/Tokyo" } };
  expect(dueOf(own, { timezone })).toBe("2026-03-02T00:00:00.000Z");
  expect(dueOf({ opening: { from: "12:00", until: "13:00" } })).toBe("it is open");
});

test("it goes on when its time has come, once, and not after a cancel", () => {
  const of = delayed({ until: "2026-03-01T13:00:00Z" });
  const begun = after(of.new(), of.start());
  const { events, saga } = advance(begun.saga, of.timer(1), NOW + 3_600_000);
  expect(events).toMatchObject([
    { type: "limit_passed" },
    { type: "step_entered", reason: "its time has come" },
    { type: "wave_issued" },
  ]);
  expect(advance(saga, of.timer(1), NOW + 3_600_000).events).toEqual([]);
  const cancelled = after(begun.saga, of.cancel());
  expect(after(cancelled.saga, of.timer(1)).events).toEqual([]);
});
