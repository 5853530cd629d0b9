import { once } from "node:events";
import { createServer } from "node:http";
import { topicNames } from "@pulsecourier/contracts";
import { createDb, loadSecret } from "@pulsecourier/db";
import { createLogger, createMetrics, type Logger } from "@pulsecourier/observability";
import { createFanout, createRedis } from "@pulsecourier/redis";
import { closeInOrder, opsHandler, type Service } from "@pulsecourier/runtime";
import { WebSocketServer } from "ws";
import { CLOSE } from "./close-codes.ts";
import { closeSocket } from "./connection.ts";
import type { RealtimeConfig } from "./config.ts";
import { createHub } from "./hub.ts";
import { keepAlive } from "./keep-alive.ts";
import { serveSocket } from "./serve-socket.ts";
import { createStatusWatch } from "./status-watch.ts";

/** A frame from a browser is small; one over this closes the socket with 1009. */
const MAX_FRAME_BYTES = 16_384;

export type RealtimeOverrides = { logger?: Logger; compareEveryMs?: number };

/** The WebSocket hub: pushes inbox items to the browsers that are connected to this instance. */
export async function createRealtime(config: RealtimeConfig, overrides: RealtimeOverrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: "realtime", level: config.LOG_LEVEL });
  const metrics = createMetrics("realtime");
  const onError = (err: unknown) => logger.warn({ err }, "Postgres did not answer; sockets are served when it does");
  const db = createDb({ url: config.DATABASE_URL, max: 4, onError });
  const redis = createRedis({ url: config.REDIS_URL, prefix: `${config.TOPIC_PREFIX}:`, logger });
  const fanout = createFanout(redis, { onGap: () => hub.touchAll() });
  const hub = createHub({ db, fanout, onError });
  const statuses = createStatusWatch({ db, onError });
  const gauge = metrics.gauge({
    name: "pulse_realtime_sockets",
    help: "Authenticated sockets",
    collect: (): void => gauge.set(hub.size()),
  });

  let draining = false;
  const ops = opsHandler({
    metrics,
    draining: () => draining,
    ready: async () => [
      { name: "postgres", ok: await db.healthy() },
      { name: "redis", ok: redis.healthy(), optional: true },
    ],
  });
  const server = createServer((req, res) => {
    ops(req, res).then(
      (handled) => handled || res.writeHead(404).end(),
      () => res.destroy(),
    );
  });
  const sockets = new WebSocketServer({ server, path: "/v1/realtime", maxPayload: MAX_FRAME_BYTES });
  const alive = keepAlive({ sockets, hub, compareEveryMs: overrides.compareEveryMs ?? 15_000 });

  return {
    name: "realtime",
    start: async () => {
      const [ids, tokens] = await Promise.all([loadSecret(db, "ids"), loadSecret(db, "tokens")]);
      await redis.start();
      await fanout.start();
      const lifecycleTopic = topicNames(config.TOPIC_PREFIX).lifecycle;
      const context = { db, hub, fanout, statuses, secrets: { ids, tokens }, lifecycleTopic, logger };
      sockets.on("connection", (socket) => {
        if (sockets.clients.size > config.REALTIME_MAX_SOCKETS) return closeSocket(socket, CLOSE.overload, "too many sockets here");
        serveSocket(socket, context);
      });
      server.listen(config.REALTIME_PORT, config.HOST);
      await once(server, "listening");
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("realtime does not listen on TCP");
      return { url: `http://${config.HOST}:${address.port}` };
    },
    close: async () => {
      draining = true;
      alive.close();
      for (const socket of sockets.clients) closeSocket(socket, CLOSE.goingAway, "restarting; connect again");
      await closeInOrder(
        [
          ["sockets", () => new Promise((resolve) => sockets.close(() => resolve()))],
          ["http", () => new Promise((resolve) => server.close(() => resolve()))],
          ["statuses", () => statuses.close()],
          ["fanout", () => fanout.close()],
          ["redis", () => redis.close()],
          ["postgres", () => db.close()],
        ],
        config.SHUTDOWN_DEADLINE_MS,
        logger,
      );
    },
  };
}
