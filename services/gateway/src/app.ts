import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AttachmentStore, openAttachmentStore } from "@pulsecourier/attachments";
import { createCatalog } from "@pulsecourier/catalog";
import { topicNames } from "@pulsecourier/contracts";
import { createDb, createOutboxRelay, type Db, loadSecret } from "@pulsecourier/db";
import { createKafka, createProducer, kafkaMetrics, type Producer } from "@pulsecourier/kafka";
import {
  createLogger,
  createMetrics,
  type Logger,
  type Metrics,
} from "@pulsecourier/observability";
import { createTargetCheck } from "@pulsecourier/outbound";
import { createRedis, type Redis } from "@pulsecourier/redis";
import { closeInOrder, type CloseStep, createCleanUp, type Service } from "@pulsecourier/runtime";
import { createKeyCache } from "./api-keys/key-cache.ts";
import type { GatewayConfig } from "./config.ts";
import type { GatewayContext } from "./context.ts";
import { expiringKinds } from "./expiring-kinds.ts";
import { createHttpApp } from "./http/create-http-app.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import { openReceiptAccounts } from "./receipts/receipt-accounts.ts";
import { runCancelJobs } from "./notifications/cancel-many/run-cancel-jobs.ts";
import { watchPauses } from "./resources/pauses/watch-pauses.ts";
import { stopsCheck, watchStops } from "./resources/stops/watch-stops.ts";
import { routes } from "./routes.ts";
import { watchOutbox } from "./watch-outbox.ts";

export type GatewayOverrides = { logger?: Logger; metrics?: Metrics };

/** How long one produce may take before the client gets 503. */
const PRODUCE_TIMEOUT_MS = 5_000;

/** How long a client may take to send a request. */
const BODY_TIMEOUT_MS = 60_000;

/** The REST side of the platform. `start` rejects when Postgres or Kafka cannot be reached. */
export function createGateway(config: GatewayConfig, overrides: GatewayOverrides = {}): Service {
  const logger = overrides.logger ?? createLogger({ service: "gateway", level: config.LOG_LEVEL });
  const metrics = overrides.metrics ?? createMetrics("gateway");
  const attachments = openAttachmentStore(config);
  // In the order in which it is closed.
  const closing: CloseStep[] = [];
  let draining = false;

  async function connect() {
    const onError = (err: Error) => logger.warn({ err }, "a Postgres connection broke");
    const db = createDb({ url: config.DATABASE_URL, max: 6, onError });
    closing.unshift(["postgres", () => db.close()]);
    const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
    closing.unshift(["redis", () => redis.close()]);
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "gateway", logger });
    const producer = await createProducer({
      kafka,
      metrics: kafkaMetrics(metrics.registry),
      timeoutMs: PRODUCE_TIMEOUT_MS,
    });
    closing.unshift(["producer", () => producer.close()]);
    closing.unshift(["attachment store", async () => attachments.close()]);
    await redis.start();
    return { db, redis, producer, attachments };
  }

  return {
    name: "gateway",
    async start() {
      const parts = await connect();
      watchOutbox(parts.db, metrics);
      watchStops(parts.db, metrics);
      watchPauses(parts.db, metrics);
      const relay = createOutboxRelay({
        db: parts.db,
        table: "gateway.outbox",
        publish: (records) => parts.producer.send(records),
        onError: (err) => logger.warn({ err }, "outbox records were not published; trying again"),
      });
      closing.unshift(["outbox relay", () => relay.close()]);
      const cleanUp = createCleanUp({ kinds: expiringKinds(parts), logger });
      closing.unshift(["clean-up", () => cleanUp.close()]);
      const nudgeOutbox = () => relay.nudge();
      const context = await createContext(parts, { config, logger, metrics, nudgeOutbox });
      closing.unshift(["receipts", () => context.receiptAccounts.close()]);
      const cancels = runCancelJobs(context);
      closing.unshift(["cancels of many", () => cancels.close()]);
      const ready = () => readiness(parts);
      const app = createHttpApp(routes, context, { metrics, ready, draining: () => draining });
      const server = createServer({ requestTimeout: BODY_TIMEOUT_MS }, app);
      closing.unshift(["http", () => closeServer(server)]);
      return { url: await listen(server, config) };
    },
    async close() {
      draining = true;
      await closeInOrder(closing.splice(0), config.SHUTDOWN_DEADLINE_MS, logger);
    },
  };
}

type Parts = { db: Db; redis: Redis; producer: Producer; attachments: AttachmentStore };

async function createContext(
  { db, redis, producer, attachments }: Parts,
  own: Pick<GatewayContext, "config" | "logger" | "metrics" | "nudgeOutbox">,
): Promise<GatewayContext> {
  const [ids, tokens, cursors, webhooks] = await Promise.all([
    loadSecret(db, "ids"),
    loadSecret(db, "tokens"),
    loadSecret(db, "cursors"),
    loadSecret(db, "webhooks"),
  ]);
  return {
    ...own,
    db,
    redis,
    producer,
    attachments,
    catalog: createCatalog({ db }),
    names: topicNames(own.config.TOPIC_PREFIX),
    secrets: { ids, tokens, cursors, webhooks },
    keys: createKeyCache(db),
    limiter: createRateLimiter(redis),
    receiptAccounts: openReceiptAccounts(own.config),
    outbound: createTargetCheck(own.config.CALLBACK_ALLOWED_ORIGINS),
  };
}

async function readiness({ db, redis, producer }: Parts) {
  return [
    { name: "kafka", ok: producer.ready() },
    { name: "postgres", ok: await db.healthy() },
    {
      name: "redis",
      ok: redis.healthy(),
      optional: true,
      detail: "rate limits count per process while it is away",
    },
    ...(await stopsCheck(db)),
  ];
}

async function listen(server: Server, config: GatewayConfig): Promise<string> {
  server.listen(config.GATEWAY_PORT, config.HOST);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** Takes no new connections, lets running requests finish, drops connections as they become idle. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
}
