import { SagaInput, sagaRecord, topicNames, WorkflowDefinition } from "@pulsecourier/contracts";
import { createDb, type Db, relayOutbox } from "@pulsecourier/db";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { createMetrics } from "@pulsecourier/observability";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { advanceSagas, type AdvanceContext } from "../advance-sagas.ts";
import { createConditions } from "../decide/conditions.ts";
import { secret, testSaga } from "../decide/test-saga.ts";
import { createOrchestratorMetrics } from "../metrics.ts";

const topics = topicNames("test");
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
let context: AdvanceContext;
beforeAll(async () => {
  database = await testDatabase();
  db = createDb({ url: database.url, onError: () => undefined });
  const metrics = createOrchestratorMetrics(createMetrics("orchestrator"));
  const conditions = createConditions();
  context = { db, secret, topics, group: "test.orchestrator", metrics, conditions };
});
afterAll(async () => {
  await db.close();
  await database.close();
});
beforeEach(async () => {
  await db.pool.query(
    "truncate saga.instances, saga.history, saga.outbox, saga.throttles, schedule.timers",
  );
  await db.pool.query("update schedule.clock set ahead = '0'");
});

function recordOf(input: SagaInput): InRecord {
  const { topic, key, headers, value } = sagaRecord(topics.sagas, input);
  return { topic, partition: 0, offset: 0n, timestamp: 0, key: Buffer.from(key), value, headers };
}

const take = (inputs: SagaInput[]) => advanceSagas(inputs.map(recordOf), context);

/** The answers that leave the outbox. */
async function answers() {
  const out: OutRecord[] = [];
  while ((await relayOutbox(db, "saga.outbox", 500, async (records) => out.push(...records))) > 0);
  return out
    .filter(({ topic }) => topic === topics.sagas)
    .map(({ value }) => SagaInput.parse(JSON.parse(String(value))))
    .filter((input) => input.type === "answered");
}

/** How many of these answers say yes. */
const admitted = (all: Awaited<ReturnType<typeof answers>>) =>
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
  await db.pool.query("update schedule.clock set ahead = '40 minutes'");
  await take(startsOf(2, "b"));
  expect(admitted(await answers())).toBe(3);
  await db.pool.query("update schedule.clock set ahead = '61 minutes'");
  await take(startsOf(4, "c"));
  expect(admitted(await answers())).toBe(2);
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
