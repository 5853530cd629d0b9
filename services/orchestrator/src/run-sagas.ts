import { topicNames } from "@pulsecourier/contracts";
import { createOutboxRelay, type Db, loadSecret } from "@pulsecourier/db";
import { createKafka, createProducer, kafkaMetrics } from "@pulsecourier/kafka";
import type { Logger, Metrics } from "@pulsecourier/observability";
import type { Redis } from "@pulsecourier/redis";
import { type CloseStep, createCleanUp } from "@pulsecourier/runtime";
import type { OrchestratorConfig } from "./config.ts";
import { consumeSagas } from "./consume-sagas.ts";
import { createConditions } from "./decide/conditions.ts";
import { createOrchestratorMetrics } from "./metrics.ts";
import { deleteOldBudgets, deleteOldThrottles } from "./stores/delete-expired.ts";
import { tellWindows } from "./tell-windows.ts";

export type Running = {
  /** True while inputs come in and what is decided goes out. */
  ready(): boolean;
  /** In the order in which it is closed. */
  close: CloseStep[];
};

/** Takes inputs, and publishes what the outbox holds. Rejects when Kafka or Postgres cannot be reached. */
export async function runSagas(o: {
  config: OrchestratorConfig;
  db: Db;
  redis: Redis;
  metrics: Metrics;
  logger: Logger;
}): Promise<Running> {
  const { config, db, redis, metrics, logger } = o;
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "orchestrator", logger });
  const counted = { kafka, metrics: kafkaMetrics(metrics.registry) };
  const producer = await createProducer(counted);
  const relay = createOutboxRelay({
    db,
    table: "saga.outbox",
    publish: (records) => producer.send(records),
    onError: (err) => logger.warn({ err }, "outbox records were not published; trying again"),
  });
  const consumer = consumeSagas({
    ...counted,
    producer,
    context: {
      db,
      secret: await loadSecret(db, "ids"),
      topics: topicNames(config.TOPIC_PREFIX),
      group: `${config.TOPIC_PREFIX}.orchestrator`,
      metrics: createOrchestratorMetrics(metrics),
      conditions: createConditions(),
    },
    onCommitted: (inboxes) => {
      relay.nudge();
      tellWindows(redis, inboxes);
    },
    logger,
  });
  await consumer.start();
  const cleanUp = createCleanUp({
    kinds: [(limit) => deleteOldThrottles(db, limit), (limit) => deleteOldBudgets(db, limit)],
    logger,
  });
  return {
    ready: () => consumer.ready() && producer.ready(),
    close: [
      ["consumer", () => consumer.stop(config.SHUTDOWN_DEADLINE_MS * 0.8)],
      ["clean-up", () => cleanUp.close()],
      ["outbox relay", () => relay.close()],
      ["producer", () => producer.close()],
    ],
  };
}
