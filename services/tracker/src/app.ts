import { type TopicNames, topicNames, topicTable } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import {
  createConsumer,
  createKafka,
  createProducer,
  type InRecord,
  kafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import {
  createLogger,
  createMetrics,
  type Logger,
  type Metrics,
} from "@pulsecourier/observability";
import { closeInOrder, createOpsServer, type Service } from "@pulsecourier/runtime";
import { createTellCallbacks } from "./callbacks/tell-callbacks.ts";
import type { TrackerConfig } from "./config.ts";
import { createTellSagas } from "./tell-sagas.ts";
import { trackBatch } from "./track-batch.ts";
import { watchOpen } from "./watch-open.ts";

const MAX_BATCH = 2_000;

/** Turns lifecycle facts into statuses and timelines, and dead letters into an index. */
export async function createTracker(
  config: TrackerConfig,
  overrides: { logger?: Logger } = {},
): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: "tracker", level: config.LOG_LEVEL });
  const metrics = createMetrics("tracker");
  const names = topicNames(config.TOPIC_PREFIX);
  const group = `${config.TOPIC_PREFIX}.tracker`;
  const onError = (err: Error) => logger.warn({ err }, "idle connection lost");
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError });
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "tracker", logger });
  const producer = await createProducer({ kafka });
  watchOpen(db, metrics);
  const consumer = createConsumer({
    kafka,
    group,
    topics: inputTopics(names),
    work: {
      kind: "batch",
      maxRecords: MAX_BATCH,
      lingerMs: config.TRACKER_LINGER_MS,
      handle: trackWith({ db, producer, group, names, metrics, logger, config }),
    },
    logger,
    metrics: kafkaMetrics(metrics.registry),
    onFatal: exitOnFatal(logger),
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
      await consumer.start();
      return ops.start();
    },
    close: async () => {
      ops.drain();
      const deadline = config.SHUTDOWN_DEADLINE_MS;
      await closeInOrder(
        [
          ["consumer", () => consumer.stop(deadline - 2_000)],
          ["producer", () => producer.close()],
          ["postgres", () => db.close()],
          ["ops", () => ops.close()],
        ],
        deadline,
        logger,
      );
    },
  };
}

function inputTopics(names: TopicNames): string[] {
  const dlqs = topicTable(names).filter(({ kind }) => kind === "dlq");
  return [names.lifecycle, ...dlqs.map(({ name }) => name)];
}

function trackWith(o: {
  db: Db;
  producer: Producer;
  group: string;
  names: TopicNames;
  metrics: Metrics;
  logger: Logger;
  config: TrackerConfig;
}) {
  const { db, producer, group, names } = o;
  const disableAfterMs = o.config.CALLBACK_DISABLE_AFTER_HOURS * 3_600_000;
  const tellCallbacks = createTellCallbacks({ ...o, topics: names, disableAfterMs });
  const tellSagas = createTellSagas({ db, producer, topics: names });
  const tracked = o.metrics.counter({
    name: "pulse_tracked_total",
    help: "Records tracked",
    labels: ["kind"],
  });
  return async (records: InRecord[]): Promise<void> => {
    const result = await trackBatch(records, {
      db,
      producer,
      group,
      tellCallbacks,
      tellSagas,
      lifecycleTopic: names.lifecycle,
      deadLetterTopic: names.dlq(names.lifecycle),
    });
    for (const [kind, count] of Object.entries(result)) tracked.inc({ kind }, count);
  };
}

/** Another instance takes over what a consumer that gave up held. */
const exitOnFatal = (logger: Logger) => (error: Error) => {
  logger.fatal({ err: error }, "the consumer gave up; exiting");
  process.exit(1);
};
