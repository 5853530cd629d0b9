import { setTimeout as delay } from "node:timers/promises";
import { sagaRecord } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { type Idle, measureIdle } from "../measure/measure-idle.ts";
import { startChild } from "../processes/start-child.ts";
import { watchProcesses } from "../processes/watch-processes.ts";
import { deleteTenant, inParts } from "./in-parts.ts";
import type { LoneBed } from "./lone-bed.ts";
import { sagaInputs } from "./saga-inputs.ts";

/** What an orchestrator and a scheduler cost that have nothing to do, without sagas that wait and with them. */
export type Waiting = { sagas: number; without: Idle; with: Idle };

const TENANT = "bench-waiting";
/** Collections after the start, and what autovacuum does after many rows. */
const SETTLE_MS = 5_000;

export async function measureWaiting(
  bed: LoneBed,
  { sagas, seconds }: { sagas: number; seconds: number },
): Promise<Waiting> {
  const service = (name: string) =>
    startChild(new URL(`lone-${name}.ts`, import.meta.url), bed.env);
  const [orchestrator, scheduler] = await Promise.all([
    service("orchestrator"),
    service("scheduler"),
  ]);
  const watch = watchProcesses({ orchestrator: orchestrator.pid, scheduler: scheduler.pid });
  try {
    await waitingSaga(bed);
    await delay(SETTLE_MS);
    const without = await measureIdle({ watch }, seconds);
    await copyWaiting(bed, sagas);
    await delay(SETTLE_MS);
    return { sagas, without, with: await measureIdle({ watch }, seconds) };
  } finally {
    watch.close();
    await Promise.all([orchestrator.close(), scheduler.close()]);
    for (const table of ["saga.instances", "schedule.timers"] as const)
      await deleteTenant(bed.db, table, TENANT);
  }
}

/** One that has come as far as to wait for its time limit. */
async function waitingSaga({ db, producer, topics }: LoneBed): Promise<void> {
  const [start, routed] = sagaInputs(await loadSecret(db, "ids"), TENANT, 0);
  const records = [start, routed].flatMap((input) =>
    input === undefined ? [] : [sagaRecord(topics.sagas, input)],
  );
  await producer.send(records);
  const isThere = async () =>
    (await db.pool.query("select from saga.instances where tenant = $1 and version = 2", [TENANT]))
      .rowCount === 1;
  while (!(await isThere())) await delay(100);
}

// Rows as those of the one, under ids of their own.
const COPY = `
with one as (select * from saga.instances where tenant = $1 limit 1),
copies as (select gen_random_uuid() as id from generate_series(1, $2::int)),
sagas as (
  insert into saga.instances (id, tenant, notification_id, version, outcome, request, definition, state)
  select c.id, tenant, gen_random_uuid(), version, outcome, request, definition, state from copies c, one
), lines as (
  insert into saga.history (saga_id, seq, input_id, at, cause, events)
  select c.id, seq, gen_random_uuid(), at, cause, events
  from copies c, saga.history h where h.saga_id = (select id from one)
)
insert into schedule.timers (id, tenant, due_at, topic, key, headers, value)
select gen_random_uuid(), t.tenant, t.due_at + interval '1 day', topic, c.id::text, headers, value
from copies c, schedule.timers t where t.key = (select id::text from one)`;

async function copyWaiting({ db }: LoneBed, sagas: number): Promise<void> {
  await inParts(sagas, (size) => db.pool.query(COPY, [TENANT, size]));
}
