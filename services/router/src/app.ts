import { createCatalog } from "@pulsecourier/catalog";
import { topicNames } from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import {
  type Consumer,
  createKafka,
  createProducer,
  kafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { createRedis, findPresent, type Redis } from "@pulsecourier/redis";
import {
  closeInOrder,
  type CloseStep,
  createCleanUp,
  createOpsServer,
  type Service,
} from "@pulsecourier/runtime";
import { createBulkBudget } from "./decide/bulk-budget.ts";
import type { RouterConfig } from "./config.ts";
import { consumeEvents } from "./consume-events.ts";
import { createRouterMetrics } from "./metrics.ts";
import type { RouterContext } from "./route/route-events.ts";
import { deleteOldCounts } from "./stores/frequency-store.ts";

/**
 * Turns events into deliveries: applies rules, picks recipients and channels, and says what was not sent and why.
 * `start` rejects when Kafka or Postgres cannot be reached.
 */
export async function createRouter(
  config: RouterConfig,
  overrides: { logger?: Logger } = {},
): Promise<Service> {
  const { logger = createLogger({ service: "router", level: config.LOG_LEVEL }) } = overrides;
  const metrics = createMetrics("router");
  const onError = (err: Error) => logger.warn({ err }, "a Postgres connection broke");
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError });
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  let producer: Producer | null = null;
  let consumer: Consumer | null = null;
  let cleanUp: ReturnType<typeof createCleanUp> | null = null;
  const ops = createOpsServer({
    port: config.ROUTER_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: consumer?.ready() === true && producer?.ready() === true },
      { name: "postgres", ok: await db.healthy() },
      { name: "redis", ok: redis.healthy(), optional: true },
    ],
  });

  async function start() {
    const own = { logger, metrics: createRouterMetrics(metrics) };
    await redis.start();
    const context = await createContext({ db, redis }, config, own);
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "router", logger });
    const counted = { kafka, metrics: kafkaMetrics(metrics.registry) };
    producer = await createProducer(counted);
    consumer = consumeEvents({ ...counted, producer, context, logger });
    await consumer.start();
    cleanUp = createCleanUp({ kinds: [(limit) => deleteOldCounts(db, limit)], logger });
    return ops.start();
  }

  async function close() {
    ops.drain();
    const steps: CloseStep[] = [
      ["consumer", async () => consumer?.stop(config.SHUTDOWN_DEADLINE_MS * 0.8)],
      ["clean-up", async () => cleanUp?.close()],
      ["producer", async () => producer?.close()],
      ["redis", () => redis.close()],
      ["postgres", () => db.close()],
      ["health endpoints", () => ops.close()],
    ];
    await closeInOrder(steps, config.SHUTDOWN_DEADLINE_MS, logger);
  }

  return { name: "router", start, close };
}

async function createContext(
  { db, redis }: { db: Db; redis: Redis },
  config: RouterConfig,
  own: Pick<RouterContext, "logger" | "metrics">,
): Promise<RouterContext> {
  return {
    ...own,
    db,
    catalog: createCatalog({ db }),
    secret: await loadSecret(db, "ids"),
    topics: topicNames(config.TOPIC_PREFIX),
    group: `${config.TOPIC_PREFIX}.router`,
    budget: createBulkBudget({ perMinute: config.BULK_DEMOTE_PER_MINUTE, now: Date.now }),
    findPresent: (owners) => findPresent(redis, owners),
    now: Date.now,
  };
}
