import { WorkflowDefinition } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { checkWorkflow } from "./check-workflow.ts";

const tell = { type: "send", name: "tell", template: "t", channels: ["inapp"] };
const remind = { type: "send", name: "remind", template: "t", channels: ["email"] };
const wait = { type: "wait", name: "seen", for: "tell", until: "read", within: "PT1H" };
const paid = {
  type: "wait",
  name: "paid",
  event: { on: "order.paid", key: "event.data.orderNo", when: "event.data.sum >= start.data.sum" },
  within: "PT1H",
  otherwise: "end",
};
const delay = { type: "delay", name: "pause", for: "P1D" };
const throttle = { type: "throttle", name: "few", limit: 3, per: "P1D" };
const digest = { type: "digest", name: "collect", window: { type: "fixed", for: "PT1H" } };
const branch = { type: "branch", name: "which", otherwise: "end" };

const check = (...steps: object[]) => checkWorkflow(WorkflowDefinition.parse({ steps }));

test("what can be run has no problems", () => {
  expect(check(tell)).toEqual([]);
  const when = 'event.data.total > 100.0 && steps["tell"] != "read"';
  const branches = [{ when, next: "remind" }];
  expect(
    check(
      tell,
      delay,
      { ...wait, otherwise: "which", next: "end" },
      { ...branch, branches },
      remind,
    ),
  ).toEqual([]);
});

test.for(["2026-05-04T09:30:00+02:00", "event.data.at", 'timestamp(event.time) + duration("1h")'])(
  "%s is a time to wait for",
  (until) => expect(check({ ...delay, for: undefined, until }, tell)).toEqual([]),
);

test.for<[string, object[], string, string]>([
  ["an unknown step", [{ ...tell, next: "gone" }], "/steps/0/next", "there is no step `gone`"],
  [
    "a missing branch target",
    [tell, { ...branch, branches: [{ when: "true", next: "gone" }] }],
    "/steps/1/branches/0/next",
    "there is no step `gone`",
  ],
  ["a name used twice", [tell, tell], "/steps/1/name", "there is a step `tell` already"],
  ["an unreachable step", [{ ...tell, next: "end" }, remind], "/steps/1", "no step leads here"],
  [
    "a channel named twice in one step",
    [tell, { ...remind, channels: ["sms", "inapp", "sms"] }],
    "/steps/1/channels/2",
    "names it already",
  ],
  [
    "a channel named twice in a correction",
    [{ ...tell, correction: { template: "t", channels: ["sms", "sms"] } }],
    "/steps/0/correction/channels/1",
    "named already",
  ],
  [
    "a wait for what was not sent",
    [tell, { ...wait, for: "remind", otherwise: "end" }, remind],
    "/steps/1/for",
    "no `send` step `remind` comes before it",
  ],
  [
    "a broken condition",
    [tell, { ...branch, branches: [{ when: "event.data.", next: "end" }] }],
    "/steps/1/branches/0/when",
    "line 1, column 12",
  ],
  [
    "a time that is none",
    [{ ...delay, for: undefined, until: "2026-02-30T09:00:00Z" }, tell],
    "/steps/0/until",
    "RFC 3339",
  ],
  [
    "an expression that gives no time",
    [{ ...delay, for: undefined, until: "1 + 1" }, tell],
    "/steps/0/until",
    "gives int; a time is a text or timestamp",
  ],
  [
    "a key that is none",
    [tell, { ...paid, event: { ...paid.event, key: "event.data" } }],
    "/steps/1/event/key",
    "a key is a text or a number",
  ],
  [
    "a broken key of the start",
    [tell, { ...paid, event: { ...paid.event, startKey: "event." } }],
    "/steps/1/event/startKey",
    "line 1",
  ],
  [
    "a condition over what a signal does not see",
    [tell, { ...paid, event: { ...paid.event, when: "steps.size() > 0" } }],
    "/steps/1/event/when",
    "steps",
  ],
  [
    "a condition that is none",
    [tell, { ...branch, branches: [{ when: "event.id", next: "end" }] }],
    "/steps/1/branches/0/when",
    "gives string",
  ],
  [
    "a throttle's way to what is not there",
    [{ ...throttle, otherwise: "gone" }, tell],
    "/steps/0/otherwise",
    "there is no step `gone`",
  ],
  [
    "a broken key",
    [{ ...throttle, key: "event.data." }, tell],
    "/steps/0/key",
    "line 1, column 12",
  ],
  [
    "a key that is none",
    [{ ...throttle, key: "[event.id]" }, tell],
    "/steps/0/key",
    "a key is a text or a number",
  ],
  [
    "a key that is none",
    [{ ...digest, key: "event.data" }],
    "/steps/0/key",
    "a key is a text or a number",
  ],
  ["a broken key", [{ ...digest, key: "event.data." }], "/steps/0/key", "line 1, column 12"],
  [
    "a cron pattern that is none",
    [{ ...digest, window: { type: "calendar", cron: "61 9 * * *" } }],
    "/steps/0/window/cron",
    "is no cron pattern",
  ],
])("%s is told with its place", ([, steps, pointer, detail]) => {
  expect(check(...steps)).toMatchObject([{ pointer, detail: expect.stringContaining(detail) }]);
});

test("what would cancel it is checked with its place", () => {
  const steps = [tell, paid];
  const cancelOn = [{ on: "order.cancelled", key: "event.data.orderNo" }];
  expect(checkWorkflow(WorkflowDefinition.parse({ steps, cancelOn }))).toEqual([]);
  const broken = [...cancelOn, { on: "order.lost", key: "1 +" }];
  const problems = checkWorkflow(WorkflowDefinition.parse({ steps, cancelOn: broken }));
  expect(problems.map(({ pointer }) => pointer)).toEqual(["/cancelOn/1/key"]);
});

test("conditions see what a digest has collected", () => {
  const branches = [{ when: "digest.count > 2 && digest.items[0].total > 1.0", next: "tell" }];
  expect(check(digest, { ...branch, branches }, tell)).toEqual([]);
});

test("a cycle is told at each of its steps", () => {
  const problems = check(
    tell,
    { ...delay, next: "again" },
    { ...delay, name: "again", next: "pause" },
  );
  expect(problems.map(({ pointer }) => pointer)).toEqual(["/steps/1", "/steps/2"]);
});

test("a later step may use a channel again", () => {
  expect(check(remind, delay, { ...remind, name: "again" })).toEqual([]);
});

test("the pivot is a step that sends", () => {
  const withPivot = (pivot: string) =>
    checkWorkflow(WorkflowDefinition.parse({ steps: [tell, delay, remind], pivot }));
  expect(withPivot("tell")).toEqual([]);
  for (const none of ["pause", "gone"]) {
    const detail = `there is no \`send\` step \`${none}\``;
    expect(withPivot(none)).toEqual([{ pointer: "/pivot", detail }]);
  }
});
