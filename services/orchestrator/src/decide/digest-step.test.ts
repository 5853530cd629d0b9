import {
  type DigestAnswer,
  notificationId,
  sagaInput,
  type SagaInput,
  topicNames,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { effectsOf } from "../effects/effects-of.ts";
import { INITIAL, type Saga } from "./saga.ts";
import { startOf } from "./test-digest-world.ts";
import { advance, after, NOW, secret } from "./test-saga.ts";

const recipient = "ann";
const window = { type: "fixed", for: "PT1H" } as const;
const collect = { type: "digest", name: "collect", window };
const branch = {
  type: "branch",
  name: "which",
  branches: [{ when: "digest.count > 2", next: "tell" }],
  otherwise: "end",
};
const tell = { type: "send", name: "tell", template: "t", channels: ["email"] };
const CARRIER = "019b3c1e-7a40-4d2f-9c11-6f0a52be7d31";

/** A saga that collects, and the inputs it may get. */
function collecting(step: object = {}, ...others: object[]) {
  const of = { tenant: "acme", acceptedAt: NOW, source: "/shop", rule: "", recipient };
  const about = { tenant: "acme", notificationId: notificationId(secret, { ...of, eventId: "e" }) };
  const begin = startOf(about, { window, recipient, n: 7 });
  if (begin.type !== "start") throw new Error("it begins with a start");
  const definition = WorkflowDefinition.parse({
    steps: [{ ...collect, ...step }, ...others, tell],
  });
  const { sagaId: id, request } = begin;
  const saga: Saga = { id, ...about, version: 0, request, definition, state: INITIAL };
  const told = (answer: DigestAnswer) =>
    sagaInput(secret, about, [answer.kind], { type: "answered", step: "collect", answer });
  const timer = (armed: number) =>
    sagaInput(secret, about, [String(armed)], { type: "timer", armed });
  const cancel = sagaInput(secret, about, [], { type: "cancel", reason: "cancelled" });
  return { saga, start: { ...begin, definition }, told, timer, cancel };
}

const lead = { kind: "digest_lead", closesAt: NOW + 3_600_000 } as const;
const closed = { kind: "digest_closed" as const, count: 3, items: [{ n: 7 }, { n: 8 }, { n: 9 }] };

test("it asks for its item to be collected, with its recipient, and closes the window it leads", () => {
  const { saga, start, told, timer } = collecting();
  const begun = after(saga, start);
  expect(begun.events.at(-1)).toMatchObject({
    type: "asked",
    ask: { kind: "digest_join", closesAt: NOW + 3_600_000, latestAt: null, item: { n: 7 } },
  });
  const leading = after(begun.saga, told(lead));
  expect(leading.events.at(-1)).toMatchObject({ type: "timer_set", at: lead.closesAt });
  const due = after(leading.saga, timer(leading.saga.version));
  expect(due.events.at(-1)).toMatchObject({ type: "asked", ask: { kind: "digest_close" } });
});

test("a prolonged window has a time limit of its own again", () => {
  const { saga, start, told, timer } = collecting();
  const due = after(saga, start, told(lead), timer(2));
  const again = after(due.saga, told({ ...lead, closesAt: lead.closesAt + 1 }));
  expect(again.events.at(-1)).toMatchObject({ type: "timer_set", at: lead.closesAt + 1 });
});

test("what was collected is in the data of the wave after it, and conditions see its count", () => {
  const { saga, start, told, timer } = collecting({}, branch);
  const due = after(saga, start, told(lead), timer(2));
  const { events } = advance(due.saga, told(closed));
  expect(events.map(({ type }) => type)).toEqual([
    "answered",
    "step_entered",
    "step_entered",
    "wave_issued",
  ]);
  const context = { secret, topics: topicNames("test"), now: NOW };
  const { records } = effectsOf(due.saga, events, context);
  const wave = JSON.parse(records.at(-1)?.value.toString() ?? "");
  const { count, items } = closed;
  expect(wave.request.data).toEqual({ n: 7, digest: { count, items } });
  const few = advance(due.saga, told({ ...closed, count: 2 }));
  expect(few.saga.state.end).toMatchObject({ outcome: "completed", reason: "no condition holds" });
});

test("whose item another carries has ended, and says who", () => {
  const { saga, start, told } = collecting();
  const inputs: SagaInput[] = [start, told({ kind: "digest_member" })];
  const { events } = after(
    after(saga, ...inputs).saga,
    told({ kind: "digest_collected", carriedBy: CARRIER }),
  );
  expect(events.at(-1)).toMatchObject({
    type: "ended",
    outcome: "suppressed",
    error: { code: "collected" },
    carriedBy: CARRIER,
  });
});

test("a cancel ends it once its item is out; what closed before counts", () => {
  const { saga, start, told, cancel } = collecting();
  const leaving = after(saga, start, told({ kind: "digest_member" }), cancel);
  expect(leaving.events.at(-1)).toMatchObject({ type: "asked", ask: { kind: "digest_leave" } });
  expect(leaving.saga.state.end).toBeNull();
  const left = after(leaving.saga, told({ kind: "digest_left" }));
  expect(left.saga.state.end).toMatchObject({ outcome: "cancelled", reason: "cancelled" });
  const late = after(leaving.saga, told({ kind: "digest_collected", carriedBy: CARRIER }));
  expect(late.saga.state.end).toMatchObject({ outcome: "suppressed", carriedBy: CARRIER });
});

test("of a leader's answers the order does not matter", () => {
  const { saga, start, told } = collecting();
  const leading = after(saga, start, told(lead));
  expect(advance(leading.saga, told({ kind: "digest_member" })).events).toEqual([]);
});

test("without its key an item goes on by itself; with another key it is in another digest", () => {
  const alone = collecting({ key: "event.data.project" });
  const { events, saga } = after(alone.saga, alone.start);
  expect(events.map(({ type }) => type)).toContain("wave_issued");
  expect(saga.state.digest).toEqual({ count: 1, items: [{ n: 7 }] });
  const digests = ["1", "2"].map((key) => {
    const { saga: one, start } = collecting({ key: `"${key}"` });
    return after(one, start).saga.state.at?.digest?.id;
  });
  expect(new Set(digests).size).toBe(2);
});
