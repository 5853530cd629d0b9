import { topicNames, topicTable } from "@pulsecourier/contracts";
import { createDb } from "@pulsecourier/db";
import { createConsumer, createKafka, createProducer, kafkaMetrics, type Producer } from "@pulsecourier/kafka";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { closeInOrder, createOpsServer, type Service } from "@pulsecourier/runtime";
import type { TrackerConfig } from "./config.ts";
import { trackBatch } from "./track-batch.ts";
import { watchOpen } from "./watch-open.ts";

const MAX_BATCH = 2_000;

/** Turns lifecycle facts into statuses and timelines, and dead letters into an index. */
export async function createTracker(config: TrackerConfig, overrides: { logger?: Logger } = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: "tracker", level: config.LOG_LEVEL });
  const metrics = createMetrics("tracker");
  const names = topicNames(config.TOPIC_PREFIX);
  const group = `${config.TOPIC_PREFIX}.tracker`;
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError: (err) => logger.warn({ err }, "idle connection lost") });
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "tracker", logger });
  let producer: Producer | null = null;
  const tracked = metrics.counter({ name: "pulse_tracked_total", help: "Records tracked", labels: ["kind"] });
  watchOpen(db, metrics);

  const consumer = createConsumer({
    kafka,
    group,
    topics: [names.lifecycle, ...topicTable(names).flatMap(({ name, kind }) => (kind === "dlq" ? [name] : []))],
    work: {
      kind: "batch",
      maxRecords: MAX_BATCH,
      lingerMs: config.TRACKER_LINGER_MS,
      handle: async (records) => {
        if (producer === null) throw new Error("the producer is not connected yet");
        const deadLetterTopic = names.dlq(names.lifecycle);
        const result = await trackBatch(records, { db, producer, group, lifecycleTopic: names.lifecycle, deadLetterTopic });
        for (const [kind, count] of Object.entries(result)) tracked.inc({ kind }, count);
      },
    },
    logger,
    metrics: kafkaMetrics(metrics.registry),
    onFatal: (error) => {
      logger.fatal({ err: error }, "the consumer gave up; exiting so that another takes over");
      process.exit(1);
    },
  });
  const ops = createOpsServer({
    port: config.TRACKER_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: consumer.ready() },
      { name: "postgres", ok: await db.healthy() },
    ],
  });

  return {
    name: "tracker",
    start: async () => {
      producer = await createProducer({ kafka });
      await consumer.start();
      return ops.start();
    },
    close: async () => {
      ops.drain();
      const deadline = config.SHUTDOWN_DEADLINE_MS;
      await closeInOrder(
        [
          ["consumer", () => consumer.stop(deadline - 2_000)],
          ["producer", async () => producer?.close()],
          ["postgres", () => db.close()],
          ["ops", () => ops.close()],
        ],
        deadline,
        logger,
      );
    },
  };
}
