import {
  SagaInput,
  sagaRecord,
  type SagaState,
  topicNames,
  WaveRequest,
} from "@pulsecourier/contracts";
import { createDb, type Db, type OutboxRecord, relayOutbox } from "@pulsecourier/db";
import type { InRecord } from "@pulsecourier/kafka";
import { createMetrics } from "@pulsecourier/observability";
import { advanceSagas, type AdvanceContext } from "./advance-sagas.ts";
import { createConditions } from "./decide/conditions.ts";
import type { DigestWorld, Happened } from "./decide/test-digest-world.ts";
import { secret } from "./decide/test-saga.ts";
import { createOrchestratorMetrics } from "./metrics.ts";

const topics = topicNames("test");

/** The world of digests in Postgres. Batches at the same time are those of several orchestrators. */
export function createDigestPostgres(database: { url: string }) {
  const db = createDb({ url: database.url, max: 4, onError: () => undefined });
  const metrics = createOrchestratorMetrics(createMetrics("orchestrator"));
  const conditions = createConditions();
  const group = "test.orchestrator";
  const context: AdvanceContext = { db, secret, topics, group, metrics, conditions };
  const takeBatch = (batch: readonly SagaInput[]) => advanceSagas(batch.map(recordOf), context);
  const world: DigestWorld = {
    async take(batches) {
      const settled = await Promise.allSettled(batches.map(takeBatch));
      // As the consumer does with a batch that was rejected.
      for (const [at, { status }] of settled.entries()) {
        if (status === "rejected") await takeBatch(batches[at] ?? []);
      }
    },
    next: () => happenedIn(db),
    cancel: (id) => run(db, "insert into ledger.tombstones values ($1, 'acme')", [id]),
    travelTo: (ms) => run(db, TRAVEL, [ms]),
    stateOf: (id) => stateIn(db, id),
    async isEmpty() {
      const { rowCount } = await db.pool.query(
        "select digest from saga.digests union all select digest from saga.digest_items",
      );
      return rowCount === 0;
    },
  };
  return { world, db, close: () => db.close() };
}

let offset = 0n;
function recordOf(input: SagaInput): InRecord {
  const { topic, key, headers, value } = sagaRecord(topics.sagas, input);
  offset += 1n;
  return { topic, partition: 0, offset, timestamp: 0, key: Buffer.from(key), value, headers };
}

const TRAVEL = `
update schedule.clock set ahead = greatest(ahead, to_timestamp($1::float8 / 1000) - clock_timestamp())`;

async function run(db: Db, statement: string, values: unknown[]): Promise<void> {
  await db.pool.query(statement, values);
}

/** What the outbox and the timers hold, which then hold it no more. */
async function happenedIn(db: Db): Promise<Happened> {
  const happened: Happened = { inputs: [], waves: [] };
  for (const { topic, value } of await published(db)) {
    const read: unknown = JSON.parse(value.toString());
    if (topic === topics.sagas) happened.inputs.push({ input: SagaInput.parse(read), dueAt: 0 });
    if (topic === topics.events("normal")) happened.waves.push(WaveRequest.parse(read));
  }
  const { rows } = await db.pool.query<{ value: Buffer; dueAt: number }>(
    `delete from schedule.timers
     returning value, extract(epoch from due_at)::float8 * 1000 as "dueAt"`,
  );
  for (const { value, dueAt } of rows) {
    const input = SagaInput.parse(JSON.parse(value.toString()));
    happened.inputs.push({ input, dueAt });
  }
  return happened;
}

async function published(db: Db): Promise<OutboxRecord[]> {
  const out: OutboxRecord[] = [];
  const keep = async (records: OutboxRecord[]) => out.push(...records);
  while ((await relayOutbox(db, "saga.outbox", 500, keep)) > 0);
  return out;
}

async function stateIn(db: Db, id: string): Promise<SagaState> {
  const { rows } = await db.pool.query<{ state: string }>(
    "select state from saga.instances where id = $1",
    [id],
  );
  const state: SagaState = JSON.parse(rows[0]?.state ?? "null");
  return state;
}
