import { topicNames } from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { createFanout, createRedis } from "@pulsecourier/redis";
import { closeInOrder, createOpsServer, type Service } from "@pulsecourier/runtime";
import { CLOSE } from "./close-codes.ts";
import type { RealtimeConfig } from "./config.ts";
import { createHub } from "./hub.ts";
import { keepAlive } from "./keep-alive.ts";
import { createPresence } from "./presence.ts";
import { serveSocket } from "./serve-socket.ts";
import { createSockets } from "./sockets.ts";
import { createStatusWatch } from "./status-watch.ts";

/** What tests replace: times in ms. */
export type RealtimeOverrides = {
  logger?: Logger;
  /** How long a socket may stay without a token; 5 s. */
  authWithinMs?: number;
  /** How often every inbox is compared with Postgres; 15 s. */
  compareEveryMs?: number;
  /** How long a socket may read nothing of what waits for it; 30 s. */
  stallMs?: number;
};

/** The WebSocket hub: pushes inbox items to the browsers that are connected to this instance. */
export async function createRealtime(
  config: RealtimeConfig,
  overrides: RealtimeOverrides = {},
): Promise<Service> {
  const { authWithinMs = 5_000, compareEveryMs = 15_000, stallMs = 30_000 } = overrides;
  const logger = overrides.logger ?? createLogger({ service: "realtime", level: config.LOG_LEVEL });
  const parts = createParts(config, logger);
  const { db, redis, fanout, statuses, sockets, endpoints } = parts;
  const alive = keepAlive({ ...parts, compareEveryMs, stallMs });

  return {
    name: "realtime",
    start: async () => {
      const lifecycleTopic = topicNames(config.TOPIC_PREFIX).lifecycle;
      const idSecret = await loadSecret(db, "ids");
      const tokenSecret = await loadSecret(db, "tokens");
      await redis.start();
      await fanout.start();
      const secrets = { idSecret, tokenSecret };
      const context = { ...parts, ...secrets, lifecycleTopic, authWithinMs, logger };
      sockets.serve((socket, stream) => serveSocket(socket, stream, context));
      return await endpoints.start();
    },
    close: async () => {
      const deadlineMs = config.SHUTDOWN_DEADLINE_MS;
      endpoints.drain();
      alive.close();
      await closeInOrder(
        [
          ["sockets", () => sockets.closeAll(CLOSE.goingAway, deadlineMs / 2)],
          ["endpoints", () => endpoints.close()],
          ["statuses", () => statuses.close()],
          ["fanout", () => fanout.close()],
          ["redis", () => redis.close()],
          ["postgres", () => db.close()],
        ],
        deadlineMs,
        logger,
      );
    },
  };
}

function createParts(config: RealtimeConfig, logger: Logger) {
  const metrics = createMetrics("realtime");
  const onError = warnSometimes(logger, "Postgres did not answer; sockets are served when it does");
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError });
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  const fanout = createFanout(redis, { onGap: () => hub.touchAll() });
  const hub = createHub({ db, fanout, presence: createPresence(redis), onError });
  const statuses = createStatusWatch({ db, onError });
  const sockets = createSockets({ maxSockets: config.REALTIME_MAX_SOCKETS, metrics });
  const endpoints = createOpsServer({
    host: config.HOST,
    port: config.REALTIME_PORT,
    metrics,
    ready: async () => [
      { name: "postgres", ok: await db.healthy() },
      { name: "redis", ok: redis.healthy(), optional: true },
    ],
    upgrade: sockets.upgrade,
  });
  return { db, redis, fanout, hub, statuses, sockets, endpoints };
}

/** An outage fails every look at Postgres; one line in ten seconds tells of it. */
function warnSometimes(logger: Logger, message: string): (err: unknown) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (err) => {
    if (performance.now() - saidAt < 10_000) return;
    saidAt = performance.now();
    logger.warn({ err }, message);
  };
}
