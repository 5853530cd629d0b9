import { createDb } from "@pulsecourier/db";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { createRedis } from "@pulsecourier/redis";
import { closeInOrder, createOpsServer, type Service } from "@pulsecourier/runtime";
import type { OrchestratorConfig } from "./config.ts";
import { watchSagas } from "./metrics.ts";
import { type Running, runSagas } from "./run-sagas.ts";

const SLOW_WINDOWS = "browsers see a little later what was taken back while it is away";

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
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  watchSagas(db, metrics);
  let running: Running | null = null;
  const ops = createOpsServer({
    port: config.ORCHESTRATOR_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: running?.ready() === true },
      { name: "postgres", ok: await db.healthy() },
      { name: "redis", ok: redis.healthy(), optional: true, detail: SLOW_WINDOWS },
    ],
  });

  async function start() {
    await redis.start();
    running = await runSagas({ config, db, redis, metrics, logger });
    return ops.start();
  }

  async function close() {
    ops.drain();
    await closeInOrder(
      [
        ...(running?.close ?? []),
        ["redis", () => redis.close()],
        ["postgres", () => db.close()],
        ["health endpoints", () => ops.close()],
      ],
      config.SHUTDOWN_DEADLINE_MS,
      logger,
    );
  }

  return { name: "orchestrator", start, close };
}
