import { topicNames } from "@pulsecourier/contracts";
import { createDb, createOutboxRelay, type InboxOwner, loadSecret } from "@pulsecourier/db";
import {
  type Consumer,
  createKafka,
  createProducer,
  kafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { createRedis } from "@pulsecourier/redis";
import { closeInOrder, type CloseStep, createOpsServer, type Service } from "@pulsecourier/runtime";
import type { OrchestratorConfig } from "./config.ts";
import { consumeSagas } from "./consume-sagas.ts";
import { createConditions } from "./decide/conditions.ts";
import { createOrchestratorMetrics, watchSagas } from "./metrics.ts";

/**
 * Runs sagas: what goes to a recipient in several steps, each depending on what became of the one before. Any number
 * of instances share the work. `start` rejects when Kafka or Postgres cannot be reached.
 */
export async function createOrchestrator(
  config: OrchestratorConfig,
  overrides: { logger?: Logger } = {},
): Promise<Service> {
  const { logger = createLogger({ service: "orchestrator", level: config.LOG_LEVEL }) } = overrides;
  const metrics = createMetrics("orchestrator");
  const onError = (err: Error) => logger.warn({ err }, "a Postgres connection broke");
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError });
  watchSagas(db, metrics);
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  let producer: Producer | null = null;
  let consumer: Consumer | null = null;
  const closing: CloseStep[] = [];
  const ops = createOpsServer({
    port: config.ORCHESTRATOR_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: consumer?.ready() === true && producer?.ready() === true },
      { name: "postgres", ok: await db.healthy() },
      {
        name: "redis",
        ok: redis.healthy(),
        optional: true,
        detail: "browsers see a little later what was taken back while it is away",
      },
    ],
  });

  async function start() {
    await redis.start();
    const secret = await loadSecret(db, "ids");
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "orchestrator", logger });
    const counted = { kafka, metrics: kafkaMetrics(metrics.registry) };
    const sending = await createProducer(counted);
    producer = sending;
    closing.unshift(["producer", () => sending.close()]);
    const relay = createOutboxRelay({
      db,
      table: "saga.outbox",
      publish: (records) => sending.send(records),
      onError: (err) => logger.warn({ err }, "outbox records were not published; trying again"),
    });
    closing.unshift(["outbox relay", () => relay.close()]);
    const topics = topicNames(config.TOPIC_PREFIX);
    const group = `${config.TOPIC_PREFIX}.orchestrator`;
    const own = createOrchestratorMetrics(metrics);
    const conditions = createConditions();
    const context = { db, secret, topics, group, metrics: own, conditions };
    const onCommitted = (inboxes: readonly InboxOwner[]) => {
      relay.nudge();
      // Only a hint: windows on these inboxes look again by themselves.
      for (const { tenant, recipient } of inboxes) {
        void redis.run((client) =>
          client.publish(`${redis.prefix}inbox:${tenant}:${recipient}`, "{}"),
        );
      }
    };
    const consuming = consumeSagas({ ...counted, producer: sending, context, onCommitted, logger });
    consumer = consuming;
    closing.unshift(["consumer", () => consuming.stop(config.SHUTDOWN_DEADLINE_MS * 0.8)]);
    await consuming.start();
    return ops.start();
  }

  async function close() {
    ops.drain();
    closing.push(
      ["redis", () => redis.close()],
      ["postgres", () => db.close()],
      ["health endpoints", () => ops.close()],
    );
    await closeInOrder(closing.splice(0), config.SHUTDOWN_DEADLINE_MS, logger);
  }

  return { name: "orchestrator", start, close };
}
