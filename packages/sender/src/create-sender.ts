import { randomUUID } from "node:crypto";
import { createLogger, createMetrics } from "@pulsecourier/observability";
import { createDb } from "@pulsecourier/db";
import { createKafka } from "@pulsecourier/kafka";
import { createRedis } from "@pulsecourier/redis";
import {
  closeInOrder,
  createOpsServer,
  type ReadyCheck,
  type Service,
} from "@pulsecourier/runtime";
import { openAccounts } from "./open-accounts.ts";
import { checkShares, reportShifts } from "./report-shifts.ts";
import { HEALTH_TIMES } from "./share-health.ts";
import { startDelivering } from "./start-delivering.ts";
import type { SenderOptions } from "./sender-options.ts";
import { createStops, type Stops } from "./stops.ts";
import { watchAccounts } from "./watch-accounts.ts";
import { watchStops } from "./watch-stops.ts";

const POSTGRES_CONNECTIONS = 4;
/** What the steps after the consumer get of the time a stop may take, ms. */
const CLOSING_MS = 2_000;

/** What a sender stands on; only the accounts are open. */
function openBacking({ channel, providers, config, overrides }: SenderOptions) {
  const name = `sender-${channel}`;
  const logger = overrides?.logger ?? createLogger({ service: name, level: config.LOG_LEVEL });
  const metrics = createMetrics(name);
  const db = createDb({
    url: config.DATABASE_URL,
    max: POSTGRES_CONNECTIONS,
    onError: (err) => logger.warn({ err }, "an idle connection to Postgres broke"),
  });
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: name, logger });
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  const { CALL_TIMEOUT_MS: callTimeoutMs, SEND_CONCURRENCY: concurrency } = config;
  const deps = { db, logger, callTimeoutMs, concurrency };
  const times = overrides?.healthTimes ?? HEALTH_TIMES;
  const onShift = reportShifts({ metrics, logger });
  const accounts = openAccounts(config, { channel, providers, deps, redis, times, onShift });
  watchAccounts(accounts, channel, metrics);
  const stops = createStops({ channel, accounts });
  return { name, logger, metrics, db, kafka, redis, accounts, stops };
}

/**
 * The service that sends one channel's deliveries: reads all lanes and retry tiers of the channel, claims each
 * delivery in the ledger before its provider is called, and reports every outcome as a fact.
 * Opens the accounts at once (ConfigError when one cannot be) and everything else when started.
 */
export async function createSender(options: SenderOptions): Promise<Service> {
  const { config } = options;
  const { name, logger, metrics, db, kafka, redis, accounts, stops } = openBacking(options);
  let watching: Awaited<ReturnType<typeof watchStops>> | undefined;
  let delivering: Awaited<ReturnType<typeof startDelivering>> | undefined;
  const ops = createOpsServer({
    port: options.port,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: delivering?.ready() ?? false },
      { name: "postgres", ok: await db.healthy() },
      { name: "providers", ok: accounts.capacity() > 0, optional: true },
      ...checkShares(accounts.shares()),
      ...stopsCheck(stops),
    ],
  });

  return {
    name,
    async start() {
      // Not waited for: without Redis each process goes by what it sees itself.
      void redis.start();
      watching = await watchStops({ db, stops, logger });
      delivering = await startDelivering(options, {
        db,
        kafka,
        accounts,
        stops,
        metrics,
        logger,
        owner: randomUUID(),
      });
      return ops.start();
    },
    async close() {
      ops.drain();
      const deadlineMs = config.SHUTDOWN_DEADLINE_MS;
      await closeInOrder(
        [
          ["deliveries", async () => delivering?.close(Math.max(0, deadlineMs - CLOSING_MS))],
          ["stops", async () => watching?.close()],
          ["accounts", () => accounts.close()],
          ["attachment store", async () => options.attachments?.store.close()],
          ["redis", () => redis.close()],
          ["postgres", () => db.close()],
          ["endpoints", () => ops.close()],
        ],
        deadlineMs,
        logger,
      );
    },
  };
}

/** What an operator has stopped: a warning, since the service does as it is told. */
function stopsCheck(stops: Pick<Stops, "describe">): ReadyCheck[] {
  const detail = stops.describe();
  return detail === null ? [] : [{ name: "stops", ok: false, optional: true, detail }];
}
