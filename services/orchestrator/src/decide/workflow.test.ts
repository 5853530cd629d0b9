import { WorkflowDefinition } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { advance, after, NOW, testSaga } from "./test-saga.ts";

const tell = { type: "send", name: "send", template: "t", channels: ["inapp"] };
const seen = { type: "wait", name: "seen", for: "send", until: "read", within: "PT1H" };
const remind = { type: "send", name: "remind", template: "t", channels: ["email"] };

/** A saga of these steps, whose first one is called `send`, and the inputs it may get. */
function workflow(steps: object[], data: Record<string, number> = {}) {
  const of = testSaga();
  const definition = WorkflowDefinition.parse({ steps });
  const saga = { ...of.new(), definition };
  return { ...of, new: () => ({ ...saga, request: { ...saga.request, data } }) };
}

const decided = (events: readonly object[]) =>
  events.filter((event) => !("delivery" in event) && !("deliveries" in event));

test("in-app first, and a mail when it was not read in an hour", () => {
  const of = workflow([tell, { ...seen, otherwise: "remind", next: "end" }, remind]);
  const sent = after(of.new(), of.start(), of.routed(0, "inapp"), of.standing("inapp", "sent"));
  expect(decided(sent.events)).toEqual([
    { type: "step_entered", step: "seen", reason: "sent through inapp" },
    { type: "timer_set", at: NOW + 3_600_000, armed: 3 },
  ]);
  const late = after(sent.saga, of.timer(3));
  expect(decided(late.events)).toMatchObject([
    { type: "limit_passed" },
    { type: "step_entered", step: "remind", reason: "send was not read within PT1H" },
    { type: "wave_issued", step: "remind", channels: ["email"] },
  ]);
  const read = after(sent.saga, of.standing("inapp", "read"));
  expect(read.events.at(-1)).toMatchObject({ outcome: "completed", reason: "inapp was read" });
});

test("what cannot be read any more is not waited for", () => {
  const optional = { ...tell, required: false };
  const of = workflow([optional, { ...seen, otherwise: "remind", next: "end" }, remind]);
  const { events } = after(of.new(), of.start(), of.skipped(0, "inapp"));
  expect(events.at(-1)).toMatchObject({ type: "wave_issued", step: "remind" });
});

test("a required step that reaches nobody ends it; one that is not does not", () => {
  const of = workflow([tell, remind]);
  const failed = after(of.new(), of.start(), of.skipped(0, "inapp"));
  expect(failed.events.at(-1)).toMatchObject({
    outcome: "suppressed",
    error: { code: "no_address" },
  });
  const other = workflow([{ ...tell, required: false }, remind]);
  const goesOn = after(other.new(), other.start(), other.skipped(0, "inapp"));
  expect(goesOn.events.at(-1)).toMatchObject({ type: "wave_issued", step: "remind" });
});

test("a delay takes its time, and no longer counts once the saga is cancelled", () => {
  const of = workflow([{ type: "delay", name: "pause", for: "P7D" }, tell]);
  const begun = after(of.new(), of.start());
  expect(begun.events.at(-1)).toEqual({ type: "timer_set", at: NOW + 7 * 86_400_000, armed: 1 });
  expect(advance(begun.saga, of.timer(1)).events.at(-1)).toMatchObject({ step: "send", wave: 0 });
  const cancelled = after(begun.saga, of.cancel());
  expect(cancelled.events).toMatchObject([{ type: "ended", outcome: "cancelled", seal: false }]);
  expect(after(cancelled.saga, of.timer(1)).events).toEqual([]);
});

test("a branch goes by the event and by what became of earlier steps", () => {
  const way = (data: Record<string, number>, status: "sent" | "read") => {
    const when = 'event.data.total > 100.0 && steps["send"] != "read"';
    const branch = { type: "branch", name: "which", branches: [{ when, next: "remind" }] };
    const of = workflow([tell, { ...branch, otherwise: "end" }, remind], data);
    const inputs = [of.start(), of.routed(0, "inapp"), of.standing("inapp", status)];
    return after(of.new(), ...inputs).events.at(-1);
  };
  expect(way({ total: 101 }, "sent")).toMatchObject({ type: "wave_issued", step: "remind" });
  expect(way({ total: 99 }, "sent")).toMatchObject({ type: "ended", outcome: "completed" });
  expect(way({ total: 101 }, "read")).toMatchObject({ type: "ended", outcome: "completed" });
  // A key the event does not carry.
  expect(way({}, "sent")).toMatchObject({ type: "ended", reason: "no condition holds" });
});
