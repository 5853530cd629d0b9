import { SagaInput, sagaRecord, topicNames } from "@pulsecourier/contracts";
import { createDb, relayOutbox } from "@pulsecourier/db";
import type { OutRecord } from "@pulsecourier/kafka";
import { createMetrics } from "@pulsecourier/observability";
import { testDatabase } from "@pulsecourier/testkit";
import { advanceSagas, type AdvanceContext } from "./advance-sagas.ts";
import { createConditions } from "./decide/conditions.ts";
import { secret } from "./decide/test-saga.ts";
import { createOrchestratorMetrics } from "./metrics.ts";

export const topics = topicNames("test");

export type Answered = Extract<SagaInput, { type: "answered" }>;

/** An orchestrator on a database of its own, without Kafka: batches go in, the outbox is read. */
export async function startTestAdvance() {
  const database = await testDatabase();
  const db = createDb({ url: database.url, onError: () => undefined });
  const context: AdvanceContext = {
    db,
    secret,
    topics,
    group: "test.orchestrator",
    metrics: createOrchestratorMetrics(createMetrics("orchestrator")),
    conditions: createConditions(),
  };

  async function published(): Promise<OutRecord[]> {
    const out: OutRecord[] = [];
    const publish = async (records: OutRecord[]) => out.push(...records);
    while ((await relayOutbox(db, "saga.outbox", 500, publish)) > 0);
    return out;
  }

  return {
    db,
    take: (inputs: readonly SagaInput[]) => advanceSagas(inputs.map(recordOf), context),
    /** All that leaves the outbox. */
    published,
    close: async () => {
      await db.close();
      await database.close();
    },
  };
}

function recordOf(input: SagaInput) {
  const { topic, key, headers, value } = sagaRecord(topics.sagas, input);
  return { topic, partition: 0, offset: 0n, timestamp: 0, key: Buffer.from(key), value, headers };
}

/** The answers among records of the outbox. */
export function answersIn(records: readonly OutRecord[]): Answered[] {
  return records
    .filter(({ topic }) => topic === topics.sagas)
    .map(({ value }) => SagaInput.parse(JSON.parse(String(value))))
    .filter((input) => input.type === "answered");
}
