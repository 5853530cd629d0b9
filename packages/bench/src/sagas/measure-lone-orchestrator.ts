import { setTimeout as delay } from "node:timers/promises";
import { type IdSecret, sagaRecord } from "@pulsecourier/contracts";
import { loadSecret } from "@pulsecourier/db";
import { startChild } from "../processes/start-child.ts";
import type { LoneBed } from "./lone-bed.ts";
import { INPUTS, sagaInputs } from "./saga-inputs.ts";

/** Inputs that moved a saga; `lost` are sagas that did not come to their end. */
export type SagaRate = { sagas: number; steps: number; perSecond: number; lost: number };

const WARM_UP_SHARE = 0.25;
const PRODUCED_AT_ONCE = 2_000;
const PATIENCE_MS = 60_000;

/**
 * What an orchestrator in a process of its own takes, decides, writes and publishes from a topic on which all inputs
 * lie ready. From its first write until its outbox is empty.
 */
export async function measureLoneOrchestrator(bed: LoneBed, sagas: number): Promise<SagaRate> {
  const secret = await loadSecret(bed.db, "ids");
  const child = await startChild(new URL("lone-orchestrator.ts", import.meta.url), bed.env);
  try {
    const warm = `bench-warm-${Date.now()}`;
    const warmUp = Math.ceil(sagas * WARM_UP_SHARE);
    await produce(bed, secret, { tenant: warm, sagas: warmUp });
    await untilEnded(bed, warm, warmUp);
    child.signal("SIGSTOP");
    const tenant = `bench-${Date.now()}`;
    await produce(bed, secret, { tenant, sagas });
    child.signal("SIGCONT");
    const endedAt = await untilEnded(bed, tenant, sagas);
    const { ended, steps, firstAt } = await read(bed, tenant);
    const perSecond = (steps * 1_000) / (endedAt - firstAt);
    return { sagas, steps, perSecond, lost: sagas - ended };
  } finally {
    await child.close();
  }
}

/** Each saga's inputs in their order, those of many sagas mixed, as a busy platform has them. */
async function produce(
  { producer, topics }: LoneBed,
  secret: IdSecret,
  { tenant, sagas }: { tenant: string; sagas: number },
): Promise<void> {
  for (let from = 0; from < sagas; from += PRODUCED_AT_ONCE) {
    const size = Math.min(PRODUCED_AT_ONCE, sagas - from);
    const each = Array.from({ length: size }, (_, index) =>
      sagaInputs(secret, tenant, from + index).map((input) => sagaRecord(topics.sagas, input)),
    );
    for (let nth = 0; nth < INPUTS; nth += 1)
      await producer.send(each.flatMap((records) => records[nth] ?? []));
  }
}

/** When the last saga has ended and all of it is published, epoch ms; or when nothing has moved for a minute. */
async function untilEnded(bed: LoneBed, tenant: string, sagas: number): Promise<number> {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const { ended, outbox } = await read(bed, tenant);
    if (ended >= sagas && outbox === 0) return Date.now();
    if (ended - outbox !== last) since = performance.now();
    last = ended - outbox;
    if (performance.now() - since > PATIENCE_MS) return Date.now();
    await delay(100);
  }
}

type Read = { ended: number; steps: number; firstAt: number; outbox: number };

const READ = `
select count(*) filter (where outcome is not null)::int as ended, coalesce(sum(version), 0)::int as steps,
  coalesce(extract(epoch from min(created_at))::float8 * 1000, 0) as "firstAt",
  (select count(*)::int from saga.outbox) as outbox
from saga.instances where tenant = $1`;

async function read({ db }: LoneBed, tenant: string): Promise<Read> {
  const [row] = await db.query<Read>("bench-sagas", READ, [tenant]);
  if (row === undefined) throw new Error("Postgres gave no row for a count");
  return row;
}
