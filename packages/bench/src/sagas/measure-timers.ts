import { setTimeout as delay } from "node:timers/promises";
import { createConsumer, type InRecord } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { percentile } from "../measure/percentile.ts";
import { startChild } from "../processes/start-child.ts";
import { deleteTenant, inParts } from "./in-parts.ts";
import type { LoneBed } from "./lone-bed.ts";

export type Timers = {
  waiting: number;
  /** All due at the same moment: how many of them reached Kafka a second. */
  burst: { count: number; perSecond: number; lost: number };
  /** Due one after the other: how late they reached Kafka, ms. */
  steady: {
    count: number;
    perSecond: number;
    p50Ms: number;
    p99Ms: number;
    maxMs: number;
    lost: number;
  };
};

export type TimersOptions = { due: number; perSecond: number; waiting: number };

const TENANT = "bench-timers";
const PATIENCE_MS = 60_000;

/** Timers that a scheduler in a process of its own fires while many others wait, as a consumer of theirs sees them. */
export async function measureTimers(bed: LoneBed, o: TimersOptions): Promise<Timers> {
  const watch = await watchFired(bed);
  const child = await startChild(new URL("lone-scheduler.ts", import.meta.url), bed.env);
  try {
    await insertWaiting(bed, o.waiting);
    // Code that has not run often is slower.
    await fire(bed, watch, { count: Math.ceil(o.due / 4), perSecond: Number.POSITIVE_INFINITY });
    const burst = await fire(bed, watch, { count: o.due, perSecond: Number.POSITIVE_INFINITY });
    const steady = await fire(bed, watch, { count: o.due, perSecond: o.perSecond });
    const rate = ({ due, last, late }: Fired) => (late.length * 1_000) / (last - due);
    return {
      waiting: o.waiting,
      burst: { count: o.due, perSecond: rate(burst), lost: o.due - burst.late.length },
      steady: {
        count: o.due,
        perSecond: o.perSecond,
        p50Ms: percentile(steady.late, 0.5),
        p99Ms: percentile(steady.late, 0.99),
        maxMs: percentile(steady.late, 1),
        lost: o.due - steady.late.length,
      },
    };
  } finally {
    await child.close();
    await watch.close();
    await deleteTenant(bed.db, "schedule.timers", TENANT);
  }
}

/** `due`, `last`: when the first was due and the last was there, epoch ms. `late`: how late each was, ms. */
type Fired = { due: number; last: number; late: number[] };
type Watch = Awaited<ReturnType<typeof watchFired>>;

async function fire(
  { db, topics }: LoneBed,
  watch: Watch,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<Fired> {
  const stepMs = Number.isFinite(perSecond) ? 1_000 / perSecond : 0;
  // Long enough after that they are all there before the first is due.
  const due = Date.now() + 1_000 + count / 5;
  watch.expect();
  let from = 0;
  await inParts(count, async (size) => {
    await db.pool.query(DUE, [from, from + size, TENANT, due, stepMs, topics.lifecycle]);
    from += size;
  });
  const deadline = due + count * stepMs + PATIENCE_MS;
  while (watch.seen.length < count && Date.now() < deadline) await delay(20);
  return { due, last: watch.lastAt(), late: [...watch.seen] };
}

const DUE = `
insert into schedule.timers (id, tenant, due_at, topic, key, headers, value)
select gen_random_uuid(), $3::text, to_timestamp(at / 1000), $6::text, number::text,
  jsonb_build_object('bench-due', at::text), convert_to(repeat('x', 300), 'utf8')
from (select number, $4::float8 + number * $5::float8 as at from generate_series($1::int, $2::int - 1) as number) as one`;

const WAITING = `
insert into schedule.timers (id, tenant, due_at, topic, key, headers, value)
select gen_random_uuid(), $2, now() + interval '1 day' + number * interval '100 milliseconds', $3, number::text, '{}',
  convert_to(repeat('x', 300), 'utf8')
from generate_series(1, $1::int) as number`;

async function insertWaiting({ db, topics }: LoneBed, count: number): Promise<void> {
  await inParts(count, (size) => db.pool.query(WAITING, [size, TENANT, topics.lifecycle]));
  // What autovacuum does within a minute.
  await db.pool.query("analyze schedule.timers");
}

/** Reads the topic that timers are published to; `seen` is how late each was since `expect`, ms. */
async function watchFired({ kafka, topics }: LoneBed) {
  let seen: number[] = [];
  let last = 0;
  const consumer = createConsumer({
    kafka,
    group: `bench.timers-${Date.now()}`,
    topics: [topics.lifecycle],
    work: {
      kind: "batch",
      maxRecords: 1_000,
      async handle(records: InRecord[]) {
        const now = Date.now();
        for (const { headers } of records) {
          const due = headers["bench-due"];
          if (due === undefined) continue;
          seen.push(now - Number(due));
          last = now;
        }
      },
    },
    logger: createLogger({ service: "bench", level: "error" }),
    onFatal: (error) => {
      throw error;
    },
  });
  await consumer.start();
  while (!consumer.ready()) await delay(50);
  return {
    get seen(): readonly number[] {
      return seen;
    },
    lastAt: () => last,
    expect() {
      seen = [];
      last = 0;
    },
    close: () => consumer.stop(2_000),
  };
}
