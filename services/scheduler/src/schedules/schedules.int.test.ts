import { verifyId } from "@pulsecourier/contracts";
import { createCatalog, putEntry } from "@pulsecourier/catalog";
import { type Db, loadSecret, travel } from "@pulsecourier/db";
import { createProducer } from "@pulsecourier/kafka";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fireDue } from "../fire-due.ts";
import { openTestBed, type TestBed } from "../test-bed.ts";
import { planRuns } from "./plan-runs.ts";

let bed: TestBed;
let db: Db;
beforeAll(async () => {
  bed = await openTestBed();
  ({ db } = bed);
  await db.pool.query("insert into gateway.tenants (id) values ('default') on conflict do nothing");
});
afterAll(() => bed.close());

const event = { source: "/clock", type: "tick", data: {} };
const emits = (name: string) =>
  JSON.stringify({
    kind: "event",
    lane: "normal",
    attributes: { ce_source: "/clock", ce_type: "tick", ce_name: name },
    data: {},
  });

/** A schedule in the gateway's place, its next run this many seconds from now. */
async function insert(
  name: string,
  inSeconds: number,
  options: {
    cron?: string;
    timezone?: string;
    missed?: string;
    emits?: string;
    until?: string;
  } = {},
): Promise<string> {
  const { emits: own, ...timing } = options;
  const definition = { cron: "* * * * *", timezone: "UTC", missed: "skip", event, ...timing };
  const { rows } = await db.pool.query(
    `insert into schedule.schedules (tenant, name, definition, emits, next_at)
     values ('default', $1, $2, $3, date_trunc('milliseconds', schedule.now() + make_interval(secs => $4))) returning id`,
    [name, JSON.stringify(definition), own ?? emits(name), inSeconds],
  );
  return String(rows[0].id);
}
const got = (name: string) => bed.received.filter(({ headers }) => headers["ce_name"] === name);
const runsOf = async (id: string) =>
  (
    await db.pool.query("select * from schedule.runs where schedule_id = $1 order by planned_at", [
      id,
    ])
  ).rows;
const row = async (id: string) =>
  (await db.pool.query("select * from schedule.schedules where id = $1", [id])).rows[0];

test("two instances fire 300 schedules due at the same moment once each, none early", async () => {
  const names = Array.from({ length: 300 }, (_, at) => `crowd-${at}`);
  await db.pool.query(
    `insert into schedule.schedules (tenant, name, definition, emits, next_at)
     select 'default', name, $2, jsonb_build_object('kind', 'event', 'lane', 'normal', 'data', '{}'::jsonb,
         'attributes', jsonb_build_object('ce_source', '/c', 'ce_type', 't', 'ce_name', name))::text,
       date_trunc('milliseconds', schedule.now() + interval '1500 milliseconds')
     from unnest($1::text[]) as name`,
    [names, JSON.stringify({ cron: "0 0 1 1 *", timezone: "UTC", missed: "skip", event })],
  );
  const both = await Promise.all([bed.startScheduler(), bed.startScheduler()]);
  await eventually(() => names.every((name) => got(name).length > 0), { timeoutMs: 20_000 });
  for (const _ of both) await bed.open.pop()?.close();
  expect(names.flatMap(got)).toHaveLength(300);
  const { rows } = await db.pool.query("select planned_at, at from schedule.runs");
  expect(rows).toHaveLength(300);
  expect(rows.filter(({ planned_at: planned, at }) => at < planned)).toEqual([]);
  const late = names.flatMap(got).filter(({ timestamp }) => timestamp < Number(rows[0].planned_at));
  expect(late).toEqual([]);
  expect((await db.pool.query("select from schedule.timers")).rowCount).toBe(0);
});

test("a crash between publish and delete publishes the same record again, and no other run", async () => {
  const id = await insert("crash", -1);
  const secret = await loadSecret(db, "ids");
  const plan = { db, catalog: createCatalog({ db }), secret, topics: bed.topics };
  await planRuns(plan);
  const producer = await createProducer({ kafka: bed.kafka });
  bed.open.push(producer);
  const dies = {
    async send(records: Parameters<typeof producer.send>[0]) {
      await producer.send(records);
      throw new Error("killed after the publish");
    },
  };
  await expect(fireDue({ db, producer: dies, logger: bed.logger })).rejects.toThrow("killed");
  await fireDue({ db, producer, logger: bed.logger });
  await planRuns(plan);
  await eventually(() => got("crash").length >= 2);
  const [first, second] = got("crash");
  expect(second?.headers).toEqual(first?.headers);
  expect(second?.value).toEqual(first?.value);
  expect(verifyId(secret, "default", first?.headers["ce_id"] ?? "")).toBe(true);
  const runs = await runsOf(id);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ result: "fired", reason: "on time", version: 1 });
  expect(runs[0].event_id).toBe(first?.headers["ce_id"]);
  expect(first?.headers["ce_time"]).toBe(runs[0].planned_at.toISOString());
});

test("a crash before the plan is committed plans it anew, once", async () => {
  const id = await insert("rollback", -1);
  const secret = await loadSecret(db, "ids");
  const dies: Db = {
    ...db,
    transaction: (work) =>
      db.transaction(async (query) => {
        await work(query);
        throw new Error("killed before the commit");
      }),
  };
  const plan = { catalog: createCatalog({ db }), secret, topics: bed.topics };
  await expect(planRuns({ ...plan, db: dies })).rejects.toThrow("killed");
  expect(await runsOf(id)).toEqual([]);
  await planRuns({ ...plan, db });
  expect(await runsOf(id)).toHaveLength(1);
});

test("missed runs by policy; paused, ended and future ones not at all; the oldest runs forgotten", async () => {
  const ids = {
    skip: await insert("skip", -3_600, { missed: "skip" }),
    once: await insert("once", -3_600, { missed: "once", cron: "0 * * * *" }),
    all: await insert("all", -9_000, { missed: "all" }),
    paused: await insert("paused", -1),
    ended: await insert("ended", -1, { until: new Date(Date.now() + 500).toISOString() }),
  };
  await db.pool.query(
    "update schedule.schedules set paused = true, next_at = null where name = 'paused'",
  );
  const secret = await loadSecret(db, "ids");
  await planRuns({ db, catalog: createCatalog({ db }), secret, topics: bed.topics });

  const skipped = (await runsOf(ids.skip)).filter(({ result }) => result === "skipped");
  expect(skipped).toHaveLength(1);
  expect(skipped[0].count).toBeGreaterThanOrEqual(58);
  expect((await runsOf(ids.once)).filter(({ result }) => result === "fired")).toHaveLength(1);
  const all = await runsOf(ids.all);
  expect(all).toHaveLength(100);
  expect(all.every(({ result }) => result === "fired")).toBe(true);
  expect(await runsOf(ids.paused)).toEqual([]);
  expect(await runsOf(ids.ended)).toHaveLength(1);
  expect((await row(ids.ended)).next_at).toBeNull();
  for (const id of [ids.skip, ids.once, ids.all])
    expect((await row(id)).next_at.getTime()).toBeGreaterThan(Date.now() - 1_000);
});

test("a run names the template live at its moment, and fails while there is none", async () => {
  const request = {
    kind: "notification",
    event: { to: ["ann"], template: { name: "late", version: 1 }, data: {}, lane: "normal" },
  };
  const id = await insert("templated", -1, { emits: JSON.stringify(request) });
  const secret = await loadSecret(db, "ids");
  const plan = { db, catalog: createCatalog({ db }), secret, topics: bed.topics };
  await planRuns(plan);
  expect((await runsOf(id))[0]).toMatchObject({
    result: "failed",
    reason: 'there is no template "late" any more',
  });
  const entry = { tenant: "default", kind: "template" as const, name: "late" };
  for (const title of ["Hi", "Hello"])
    await putEntry(db, { ...entry, definition: { channels: { inapp: { title, body: "x" } } } });
  await db.pool.query("update schedule.schedules set run_at = schedule.now() where id = $1", [id]);
  await planRuns(plan);
  const [, asked] = await runsOf(id);
  expect(asked).toMatchObject({ result: "fired", reason: "asked for" });
  expect(asked.notification_ids).toHaveLength(1);
  const { rows } = await db.pool.query("select value from schedule.timers where id = $1", [
    asked.event_id,
  ]);
  expect(JSON.parse(String(rows[0].value)).template).toEqual({ name: "late", version: 2 });
});

test("a schedule that cannot be read ends, and holds no other up", async () => {
  const broken = await insert("broken", -2, { emits: "{}" });
  const id = await insert("behind", -1);
  const secret = await loadSecret(db, "ids");
  await planRuns({ db, catalog: createCatalog({ db }), secret, topics: bed.topics });
  expect((await runsOf(broken))[0]).toMatchObject({ result: "failed" });
  expect((await row(broken)).next_at).toBeNull();
  expect((await runsOf(id))[0]).toMatchObject({ result: "fired" });
});

test("by the platform's clock: travelled into a night in which clocks change, it fires once", async () => {
  await db.pool.query("delete from schedule.schedules");
  const { rows } = await db.pool.query("select schedule.now() as now");
  const spring = Date.parse("2027-03-28T01:00:00Z");
  const ahead = Math.ceil((spring - rows[0].now.getTime()) / 1_000) + 5;
  await travel(db, `PT${ahead}S`);
  const id = await insert("spring", 0, { cron: "30 2 * * *", timezone: "Europe/Berlin" });
  await db.pool.query("update schedule.schedules set next_at = $2 where id = $1", [
    id,
    new Date(spring),
  ]);
  const secret = await loadSecret(db, "ids");
  const plan = { db, catalog: createCatalog({ db }), secret, topics: bed.topics };
  for (let round = 0; round < 3; round += 1) await planRuns(plan);
  expect(await runsOf(id)).toHaveLength(1);
  expect((await row(id)).next_at.toISOString()).toBe("2027-03-29T00:30:00.000Z");
  const [{ event_id: eventId }] = await runsOf(id);
  // Ids tell the machine's time: what is sent in travelled time can be read at once.
  expect(Number.parseInt(String(eventId).replace("-", "").slice(0, 12), 16)).toBeLessThan(
    Date.now() + 1_000,
  );
});
