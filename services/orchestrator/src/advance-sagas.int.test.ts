import { randomInt } from "node:crypto";
import { pauseEntry, resumeEntry } from "@pulsecourier/catalog";
import { type SagaInput, sagaRecord, topicNames, type Until } from "@pulsecourier/contracts";
import { createDb, type Db, insertItems, listItems, relayOutbox } from "@pulsecourier/db";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { createMetrics } from "@pulsecourier/observability";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { advanceSagas, type AdvanceContext } from "./advance-sagas.ts";
import { createConditions } from "./decide/conditions.ts";
import { secret, testSaga } from "./decide/test-saga.ts";
import { COURSES, play, type Played, playedBy, SIGNALS } from "./decide/test-world.ts";
import { createOrchestratorMetrics } from "./metrics.ts";

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
    "truncate saga.instances, saga.history, saga.outbox, saga.awaited, schedule.timers, ledger.tombstones, routing.signals",
  );
});

let offset = 0n;
function recordOf(input: SagaInput): InRecord {
  const { topic, key, headers, value } = sagaRecord(topics.sagas, input);
  offset += 1n;
  return { topic, partition: 0, offset, timestamp: 0, key: Buffer.from(key), value, headers };
}

const take = (...inputs: SagaInput[]) => advanceSagas(inputs.map(recordOf), context);

/** All that leaves the outbox. */
async function published(): Promise<OutRecord[]> {
  const out: OutRecord[] = [];
  while ((await relayOutbox(db, "saga.outbox", 500, async (records) => out.push(...records))) > 0);
  return out;
}

async function historyOf(saga: { id: string }) {
  const { rows } = await db.pool.query<{ seq: number; cause: string; events: string }>(
    "select seq, cause, events from saga.history where saga_id = $1 order by seq",
    [saga.id],
  );
  return rows.map(({ seq, cause, events }) => ({ seq, cause, events: JSON.parse(events) }));
}

test("a saga is a row, a history, what it wants published, its timers: all of it or nothing", async () => {
  const of = testSaga();
  await take(of.start(), of.routed(0, "email"));
  const out = await published();
  expect(out.map(({ topic }) => topic)).toEqual([
    "test.lifecycle.v1",
    "test.lifecycle.v1",
    "test.events.normal.v1",
  ]);
  const { rows } = await db.pool.query(
    "select topic, key, due_at > now() + interval '9 minutes' as later from schedule.timers",
  );
  expect(rows).toEqual([{ topic: "test.sagas.v1", key: of.new().id, later: true }]);
  expect((await historyOf(of.new())).map(({ cause }) => cause)).toEqual(["start", "routed"]);
});

test("a repeat of an input, in the same batch or after a crash, changes nothing", async () => {
  const of = testSaga();
  await take(of.start(), of.start(), of.routed(0, "email"), of.routed(0, "email"));
  const first = await published();
  await take(of.start(), of.routed(0, "email"));
  expect(await published()).toEqual([]);
  expect(first).toHaveLength(3);
  expect(await historyOf(of.new())).toHaveLength(2);
});

test("two orchestrators with the same saga: one writes, the other decides again", async () => {
  const of = testSaga();
  await take(of.start(), of.routed(0, "email"));
  await published();
  const both = [take(of.standing("email", "failed")), take(of.cancel())];
  const settled = await Promise.allSettled(both);
  const refused = settled.filter(({ status }) => status === "rejected");
  // As the consumer does with a batch that was rejected.
  if (refused.length > 0) await take(of.standing("email", "failed"), of.cancel());
  const history = await historyOf(of.new());
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  expect(history.at(-1)?.events.at(-1)).toMatchObject({ type: "ended", outcome: "cancelled" });
});

test("a cancel from before the start is found as a tombstone", async () => {
  const of = testSaga();
  await db.pool.query(
    "insert into ledger.tombstones (notification_id, tenant) values ($1, 'acme')",
    [of.notificationId],
  );
  await take(of.cancel(), of.start());
  expect((await published()).map(({ topic }) => topic)).toEqual(Array(2).fill(topics.lifecycle));
  const [begun] = await historyOf(of.new());
  expect(begun?.events.at(-1)).toMatchObject({ type: "ended", outcome: "cancelled" });
});

test("what a cancelled saga put into an inbox is gone with the same statement, and once", async () => {
  const of = testSaga({ channels: ["inapp", "email"], until: "read" });
  const owner = { tenant: "acme", recipient: "ann" };
  const { notificationId } = of;
  const item = { ...owner, id: of.deliveryId("inapp"), notificationId, title: "Hi", data: {} };
  await insertItems(db, [item]);
  await take(of.start(), of.routed(0, "inapp"), of.standing("inapp", "sent"));
  expect(await take(of.cancel())).toMatchObject({ inboxes: [owner] });
  expect(await take(of.cancel())).toMatchObject({ inboxes: [] });
  expect(await listItems(db, { ...owner, limit: 1 })).toEqual([]);
});

test("what is no input becomes a dead letter and holds nothing up", async () => {
  const of = testSaga();
  const broken = { ...recordOf(of.start()), value: Buffer.from("{") };
  const { letters } = await advanceSagas([broken, recordOf(of.start())], context);
  expect(letters.map(({ topic }) => topic)).toEqual(["test.sagas.dlq.v1"]);
  expect(await historyOf(of.new())).toHaveLength(1);
});

const awaited = async () =>
  (await db.pool.query("select type, key from saga.awaited order by type")).rows;

async function keep(type: string, id: string, age: string) {
  const event = { id, source: "/shop", type, data: { orderNo: "A-1" } };
  await db.pool.query(
    `insert into routing.signals (tenant, type, key, source, event_id, event, at)
     values ('acme', $1, 'A-1', '/shop', $2, $3, schedule.now() - $4::interval)`,
    [type, id, JSON.stringify(event), age],
  );
}

test("a saga listens from its start to its end", async () => {
  const of = playedBy({ until: "sent", signals: [], recipient: "ann" });
  await take(of.start());
  expect(await awaited()).toEqual([
    { type: "order.cancelled", key: "A-1" },
    { type: "order.paid", key: "A-1" },
  ]);
  await take(of.event("order.cancelled"));
  expect(await awaited()).toEqual([]);
  const [, last] = await historyOf(of.new());
  expect(last).toMatchObject({ cause: "event", events: [{ type: "ended", outcome: "cancelled" }] });
});

test("what came in the hour before it began counts, once, also after a crash in between", async () => {
  const of = playedBy({ until: "sent", signals: [], recipient: "ann" });
  await keep("order.paid", "old", "61 minutes");
  await take(of.start());
  expect((await historyOf(of.new())).map(({ cause }) => cause)).toEqual(["start"]);
  // As if it had been kept before: the first look at it ended in a crash.
  await keep("order.paid", "recent", "59 minutes");
  await take(of.start());
  await take(of.start(), of.event("order.paid", "recent"));
  const history = await historyOf(of.new());
  expect(history.map(({ cause }) => cause)).toEqual(["start", "event"]);
  expect(history.at(-1)?.events[0]).toMatchObject({ type: "event_heard", event: { id: "recent" } });
});

test("while its workflow is paused a saga holds, and a timer waits for the end of the pause", async () => {
  await db.pool.query("insert into gateway.tenants (id) values ('acme') on conflict do nothing");
  const of = testSaga();
  const start = of.start();
  if (start.type !== "start") throw new Error("no start");
  const summary = { ...start.request.summary, workflow: { name: "flow", version: 1 } };
  const begin = { ...start, request: { ...start.request, summary } };
  const named = { tenant: "acme", kind: "workflow", name: "flow" } as const;
  const { id: pause } = await pauseEntry(db, { ...named, events: "wait", by: "test" });
  await take(begin);
  const { rows } = await db.pool.query(
    "select topic, key, held_by, convert_from(value, 'utf8')::json as value from schedule.timers",
  );
  expect(rows).toMatchObject([
    { topic: topics.sagas, key: of.new().id, held_by: [pause], value: of.resume(pause) },
  ]);
  await resumeEntry(db, named);
  await take(of.resume(pause), of.resume(pause));
  const history = await historyOf(of.new());
  expect(history.map(({ cause }) => cause)).toEqual(["start", "resume"]);
  expect(history.at(-1)?.events.at(-1)).toMatchObject({ type: "wave_issued" });
});

const UNTIL: readonly Until[] = ["sent", "delivered", "read"];

function playAny(recipient: string): Played {
  const picks = Array.from({ length: 25 }, () => ({
    at: randomInt(50),
    again: randomInt(4) === 0,
  }));
  const some = () => COURSES[randomInt(COURSES.length)] ?? [];
  const courses = Array.from({ length: 4 }, some);
  const corrections = Array.from({ length: 4 }, some);
  const until = UNTIL[randomInt(3)] ?? "sent";
  // One from before the start is a tombstone, too, and has its own test.
  const cancelAt = randomInt(3) === 0 ? 1 + randomInt(11) : null;
  const signals = randomInt(2) === 0 ? null : SIGNALS.filter(() => randomInt(3) > 0);
  return play({ until, courses, corrections, picks, cancelAt, signals, recipient });
}

test("the same scripts as in memory, in batches that are cut anywhere and repeated after crashes", async () => {
  const plays = Array.from({ length: 60 }, (_, index) => playAny(`person-${index}`));
  const left = plays.map(({ script }) => [...script]);
  const out: OutRecord[] = [];
  while (left.some((inputs) => inputs.length > 0)) {
    const batch = left.flatMap((inputs) => inputs.splice(0, randomInt(4)));
    await take(...batch);
    // The offsets were not committed, the outbox relayed or not.
    if (randomInt(3) === 0) await take(...batch);
    if (randomInt(3) === 0) out.push(...(await published()));
  }
  out.push(...(await published()));
  for (const { saga, history } of plays) {
    const kept = await historyOf(saga);
    expect(kept.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    expect(kept.map(({ events }) => withoutTime(events))).toEqual(history.map(withoutTime));
  }
  expect(await awaited()).toEqual([]);
  const asks = out.filter(({ topic }) => topic === topics.events("normal"));
  const others = out.filter(({ topic }) => topic !== topics.events("normal"));
  expect(idsOf(others).size).toBe(others.length);
  const waves = plays
    .flatMap(({ history }) => history.flat())
    .filter(({ type }) => type === "wave_issued" || type === "compensation_issued");
  // A cancelled saga asks again for what it waits for.
  expect(idsOf(asks).size).toBe(waves.length);
});

const idsOf = (records: readonly OutRecord[]) =>
  new Set(records.map(({ headers }) => headers["ce_id"]));

/** Time limits are set by the database's clock. */
const withoutTime = (events: readonly object[]): object[] =>
  events.map((event) => ({ ...event, at: undefined }));
