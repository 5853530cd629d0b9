import { createCatalog } from "@pulsecourier/catalog";
import { type Lane, LANES, topicNames } from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import {
  type Consumer,
  createConsumer,
  createKafka,
  createProducer,
  kafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { closeInOrder, type CloseStep, createOpsServer, type Service } from "@pulsecourier/runtime";
import { createBulkBudget } from "./bulk-budget.ts";
import type { RouterConfig } from "./config.ts";
import { createRouterMetrics } from "./metrics.ts";
import { routeEvents } from "./route-events.ts";

/** Records a wave takes at most, and waves at once. */
const WAVE_RECORDS = 500;
const WAVES = 2;

const PRIORITY: Record<Lane, number> = { critical: 2, normal: 1, bulk: 0 };

/**
 * Turns events into deliveries: applies rules, picks recipients and channels, and says what was not sent and why.
 * `start` rejects when Kafka or Postgres cannot be reached.
 */
export async function createRouter(
  config: RouterConfig,
  overrides: { logger?: Logger } = {},
): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: "router", level: config.LOG_LEVEL });
  const metrics = createMetrics("router");
  const db = createDb({
    url: config.DATABASE_URL,
    max: 4,
    onError: (err) => logger.warn({ err }, "a Postgres connection broke"),
  });
  let producer: Producer | null = null;
  let consumer: Consumer | null = null;
  const ops = createOpsServer({
    port: config.ROUTER_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: consumer?.ready() === true && producer?.ready() === true },
      { name: "postgres", ok: await db.healthy() },
    ],
  });

  async function start() {
    const secret = await loadSecret(db, "ids");
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "router", logger });
    const send = (producer = await createProducer({
      kafka,
      metrics: kafkaMetrics(metrics.registry),
    })).send;
    const topics = topicNames(config.TOPIC_PREFIX);
    const group = `${config.TOPIC_PREFIX}.router`;
    const budget = createBulkBudget({ perMinute: config.BULK_DEMOTE_PER_MINUTE, now: Date.now });
    const context = {
      ...{ db, catalog: createCatalog({ db }), secret, topics, group, budget, logger },
      metrics: createRouterMetrics(metrics),
      now: Date.now,
    };
    consumer = createConsumer({
      kafka,
      group,
      topics: LANES.map((lane) => topics.events(lane)),
      priority: (topic) =>
        PRIORITY[LANES.find((lane) => topics.events(lane) === topic) ?? "normal"],
      work: {
        kind: "batch",
        maxRecords: WAVE_RECORDS,
        concurrency: WAVES,
        handle: async (records) => {
          const finished = context.metrics.wave();
          for await (const chunk of routeEvents(records, context)) await send(chunk);
          finished();
        },
      },
      logger,
      metrics: kafkaMetrics(metrics.registry),
      onFatal: (err) => {
        logger.fatal({ err }, "the consumer gave up; exiting so that another router takes over");
        process.exit(1);
      },
    });
    await consumer.start();
    return ops.start();
  }

  async function close() {
    ops.drain();
    const steps: CloseStep[] = [
      ["consumer", async () => consumer?.stop(config.SHUTDOWN_DEADLINE_MS * 0.8)],
      ["producer", async () => producer?.close()],
      ["postgres", () => db.close()],
      ["health endpoints", () => ops.close()],
    ];
    await closeInOrder(steps, config.SHUTDOWN_DEADLINE_MS, logger);
  }

  return { name: "router", start, close };
}
