import { type SagaInput, WorkflowDefinition } from "@pulsecourier/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testSaga } from "../decide/test-saga.ts";
import { deleteOldThrottles } from "./delete-expired.ts";
import { type Answered, answersIn, startTestAdvance } from "../test-advance.ts";

let advance: Awaited<ReturnType<typeof startTestAdvance>>;
beforeAll(async () => (advance = await startTestAdvance()));
afterAll(() => advance.close());
beforeEach(async () => {
  await advance.db.pool.query(
    "truncate saga.instances, saga.history, saga.outbox, saga.throttles, schedule.timers",
  );
  await travel("0");
});

const take = (inputs: SagaInput[]) => advance.take(inputs);
const answers = async () => answersIn(await advance.published());
const travel = (ahead: string) =>
  advance.db.pool.query("update schedule.clock set ahead = $1::interval", [ahead]);

/** How many of these answers say yes. */
const admitted = (all: Answered[]) =>
  all.filter(({ answer }) => answer.kind === "throttle" && answer.granted).length;

const steps = [
  { type: "throttle", name: "few", limit: 3, per: "PT1H", key: "event.type" },
  { type: "send", name: "send", template: "t", channels: ["email"] },
];
const definition = WorkflowDefinition.parse({ steps });

/** The starts of sagas of one key, each for a person of its own. */
function startsOf(count: number, name: string): SagaInput[] {
  return Array.from({ length: count }, (_, index) => {
    const start = testSaga({}, `${name}-${index}`).start();
    if (start.type !== "start") throw new Error("not a start");
    return { ...start, definition };
  });
}

test("of a batch as many are admitted as the limit has room for, the first first, and each is told", async () => {
  const starts = startsOf(5, "a");
  await take(starts);
  const told = await answers();
  expect(admitted(told)).toBe(3);
  expect(told.map(({ sagaId }) => sagaId)).toEqual(starts.map(({ sagaId }) => sagaId));
  await take(startsOf(2, "b"));
  expect(admitted(await answers())).toBe(0);
});

test("a batch that is taken again after a crash asks nothing again", async () => {
  const starts = startsOf(2, "a");
  await take(starts);
  await take(starts);
  expect(await answers()).toHaveLength(2);
  await take(startsOf(2, "b"));
  expect(admitted(await answers())).toBe(1);
});

test("the span slides: each that has passed makes room for one, and never are there more", async () => {
  await take(startsOf(2, "a"));
  await travel("40 minutes");
  await take(startsOf(2, "b"));
  expect(admitted(await answers())).toBe(3);
  await travel("61 minutes");
  await take(startsOf(4, "c"));
  expect(admitted(await answers())).toBe(2);
});

test("counts that are over are deleted, a few at a time; those that still count stay", async () => {
  await take(startsOf(1, "a"));
  await advance.db.pool.query(
    `insert into saga.throttles select tenant, scope, 'old-' || n, max, span, times, granted,
       schedule.now() - n * interval '1 second'
     from saga.throttles, generate_series(1, 3) as n`,
  );
  const deleted = () => deleteOldThrottles(advance.db, 2);
  expect([await deleted(), await deleted(), await deleted()]).toEqual([2, 1, 0]);
  await take(startsOf(3, "b"));
  expect(admitted(await answers())).toBe(3);
});

test("batches at the same time never admit more than the limit together", async () => {
  const batches = Array.from({ length: 6 }, (_, index) => startsOf(2, `batch-${index}`));
  await Promise.all(batches.map(take));
  const told = await answers();
  expect(told).toHaveLength(12);
  expect(admitted(told)).toBe(3);
});

test("two orchestrators with the same saga count it once", async () => {
  const starts = startsOf(1, "a");
  const settled = await Promise.allSettled([take(starts), take(starts), take(starts)]);
  expect(settled.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  expect(await answers()).toHaveLength(1);
  await take(startsOf(3, "b"));
  expect(admitted(await answers())).toBe(2);
});
