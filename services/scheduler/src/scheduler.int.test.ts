import { randomUUID } from "node:crypto";
import { type Db, travel } from "@pulsecourier/db";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBed, type TestBed } from "./test-bed.ts";

let bed: TestBed;
let db: Db;
beforeAll(async () => {
  bed = await openTestBed();
  ({ db } = bed);
});
afterAll(() => bed.close());

/** Timers due at even steps over `spreadMs`, the first `inMs` from the database's now. */
async function setTimers(options: {
  count: number;
  inMs: number;
  spreadMs: number;
  topic?: string;
  heldBy?: string[];
}) {
  const { count, inMs, spreadMs } = options;
  const ids = Array.from({ length: count }, () => randomUUID());
  await db.pool.query(
    `insert into schedule.timers (id, tenant, due_at, topic, key, headers, value, held_by)
     select id, 'default', due_at, $2, id::text,
       jsonb_build_object('due-ms', (extract(epoch from due_at) * 1000)::bigint::text), '\\x00ff', $6::uuid[]
     from (select id, clock_timestamp() + make_interval(secs => ($3 + $4 * (at - 1) / $5::float8) / 1000) as due_at
       from unnest($1::uuid[]) with ordinality as t (id, at)) as timers`,
    [ids, options.topic ?? bed.topic, inMs, spreadMs, count, options.heldBy ?? null],
  );
  return new Set(ids);
}

function got(ids: Set<string>) {
  return bed.received.filter((record) => ids.has(String(record.key)));
}

async function timersLeft(): Promise<number> {
  const rows = await db.kysely.selectFrom("schedule.timers").select("id").execute();
  return rows.length;
}

test("two instances fire each timer once, none early, bytes and headers untouched", async () => {
  const ids = await setTimers({ count: 2_000, inMs: 300, spreadMs: 1_500 });
  await Promise.all([bed.startScheduler(), bed.startScheduler()]);
  await eventually(() => got(ids).length >= 2_000, { timeoutMs: 20_000 });
  await eventually(async () => (await timersLeft()) === 0);
  const fired = got(ids);
  expect(new Set(fired.map((record) => String(record.key))).size).toBe(2_000);
  expect(fired).toHaveLength(2_000);
  // A record's time is when it was produced, by the same machine's clock as the database's.
  const early = fired.filter((record) => record.timestamp < Number(record.headers["due-ms"]));
  expect(early).toEqual([]);
  expect(fired[0]?.value).toEqual(Buffer.from([0, 255]));
  // One is enough from here on.
  await bed.open.pop()?.close();
});

test("a timer set while it waits is fired about when it is due", async () => {
  const ids = await setTimers({ count: 1, inMs: 100, spreadMs: 0 });
  await eventually(() => got(ids).length > 0);
  const [record] = got(ids);
  const late = (record?.timestamp ?? 0) - Number(record?.headers["due-ms"]);
  expect(late).toBeLessThan(1_500);
});

/** A stop of one channel each, in the gateway's place. */
async function insertStop(channel: string): Promise<string> {
  const { rows } = await db.pool.query(
    "insert into gateway.stops (channel, reason, by) values ($1, 'test', 'test') returning id",
    [channel],
  );
  return String(rows[0].id);
}
const lift = (id: string) =>
  db.pool.query("update gateway.stops set lifted_at = clock_timestamp() where id = $1", [id]);

test("what waits for a paused rule goes when that is resumed", async () => {
  const { rows } = await db.pool.query<{ id: string }>(
    `insert into catalog.pauses (tenant, kind, name, events, since, by)
     values ('default', 'rule', 'r', 'wait', 1, 'test') returning id`,
  );
  const [pause] = rows;
  if (pause === undefined) throw new Error("no pause");
  const hour = { inMs: 3_600_000, spreadMs: 0 };
  const ids = await setTimers({ count: 20, ...hour, heldBy: [pause.id] });
  const other = await setTimers({ count: 1, ...hour, heldBy: [randomUUID()] });
  await eventually(() => got(other).length === 1, { timeoutMs: 10_000 });
  expect(got(ids)).toEqual([]);
  await db.pool.query("update catalog.pauses set until = 2 where id = $1", [pause.id]);
  await eventually(() => got(ids).length >= 20, { timeoutMs: 10_000 });
});

test("what is held waits for any of its stops to be lifted, then goes in the order of its ids", async () => {
  const [one, two, other] = await Promise.all(["email", "sms", "push"].map(insertStop));
  if (one === undefined || two === undefined || other === undefined) throw new Error("no stops");
  const hour = { inMs: 3_600_000, spreadMs: 0 };
  const both = await setTimers({ count: 600, ...hour, heldBy: [one, two] });
  const still = await setTimers({ count: 3, ...hour, heldBy: [other] });
  const expired = await setTimers({ count: 2, inMs: 100, spreadMs: 0, heldBy: [other] });
  const due = await setTimers({ count: 3, inMs: 0, spreadMs: 0 });
  await eventually(() => got(due).length === 3 && got(expired).length === 2);
  expect(got(both)).toHaveLength(0);
  const liftedAt = Date.now();
  await lift(two);
  await eventually(() => got(both).length >= 600, { timeoutMs: 20_000 });
  expect(Date.now() - liftedAt).toBeGreaterThan(1_900);
  const keys = got(both).map((record) => String(record.key));
  expect(keys).toHaveLength(600);
  const order: string[] = [...both].toSorted();
  for (const partition of [0, 1]) {
    const own = got(both).filter((record) => record.partition === partition);
    expect(own.map((record) => order.indexOf(String(record.key)))).toEqual(
      own.map((record) => order.indexOf(String(record.key))).toSorted((a, b) => a - b),
    );
  }
  expect(got(still)).toHaveLength(0);
  await lift(other);
  await eventually(() => got(still).length === 3);
});

test("a record that Kafka refuses is put off and holds nothing up", async () => {
  await setTimers({ count: 1, inMs: -1_000, spreadMs: 0, topic: `${bed.topicPrefix}.nowhere.v1` });
  const ids = await setTimers({ count: 3, inMs: 0, spreadMs: 0 });
  await eventually(() => got(ids).length >= 3, { timeoutMs: 25_000 });
  await eventually(async () => (await timersLeft()) === 1);
  const { rows } = await db.pool.query(
    "select due_at > now() + interval '5 minutes' as put_off from schedule.timers",
  );
  expect(rows).toEqual([{ put_off: true }]);
});

// The last one: there is no way back. The record that Kafka refuses is still put off.
test("after time travel fires what is due by then, and nothing else", async () => {
  const [soon, later] = [
    await setTimers({ count: 3, inMs: 86_400_000, spreadMs: 0 }),
    await setTimers({ count: 1, inMs: 4 * 86_400_000, spreadMs: 0 }),
  ];
  await travel(db, "P2D");
  await bed.startScheduler();
  await eventually(() => got(soon).length === 3, { timeoutMs: 20_000 });
  await eventually(async () => (await timersLeft()) === 2);
  expect(got(later)).toEqual([]);
});
