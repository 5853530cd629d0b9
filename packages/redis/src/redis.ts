import type { Logger } from "@pulsecourier/observability";
import { Redis as Client } from "ioredis";

export type RedisOptions = {
  /** `redis://` or `rediss://`, credentials and database number included. */
  url: string;
  /** Put before every key and channel, so that several platforms can share a server. */
  prefix: string;
  logger: Logger;
};

/** What a command came to. Redis is allowed to be away at any time, so a failure is a value, not an exception. */
export type RedisResult<T> = { ok: true; value: T } | { ok: false; error: Error };

export type Redis = {
  /** Waits for the first attempt to connect. Never rejects: when Redis is away, connecting goes on in the background. */
  start(): Promise<void>;
  /** Runs one or more commands; keys get the prefix. Fails at once while Redis is away, after 1 s when it hangs. */
  run<T>(commands: (client: Client) => Promise<T>): Promise<RedisResult<T>>;
  healthy(): boolean;
  close(): Promise<void>;
  readonly prefix: string;
  /** A second connection to the same server, for subscriptions. Whoever asks for it closes it. */
  duplicate(): Client;
};

const answerWithinMs = 1_000;

/**
 * A Redis connection (server 6.2 or newer) that reconnects by itself, 50 ms to 2 s apart, and never queues commands
 * while it is down. Commands of one event loop turn travel together. A command whose connection breaks is not
 * repeated, since it may have been carried out.
 */
export function createRedis({ url, prefix, logger }: RedisOptions): Redis {
  const client = new Client(url, {
    lazyConnect: true,
    keyPrefix: prefix,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: answerWithinMs,
    // A server that hangs keeps its sockets open: drop the connection, so that healthy() tells the truth.
    socketTimeout: 2 * answerWithinMs,
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times - 1, 6)),
  });
  logConnection(client, logger, "commands");
  return {
    prefix,
    async start() {
      // The reason is logged by the error event; the client keeps trying.
      await client.connect().catch(() => undefined);
    },
    async run(commands) {
      try {
        return { ok: true, value: await commands(client) };
      } catch (error) {
        return { ok: false, error: error instanceof Error ? error : new Error(String(error)) };
      }
    },
    healthy: () => client.status === "ready",
    async close() {
      await closeClient(client);
    },
    duplicate() {
      const second = client.duplicate({ keyPrefix: "", enableAutoPipelining: false });
      logConnection(second, logger, "subscriptions");
      return second;
    },
  };
}

/** Says goodbye when the server is there, hangs up when not. */
export async function closeClient(client: Client): Promise<void> {
  if (client.status === "ready") await client.quit().catch(() => undefined);
  client.disconnect();
}

function logConnection(client: Client, logger: Logger, connection: string): void {
  // One line when it goes and one when it is back, not one per attempt.
  let away = false;
  client.on("error", (err) => {
    if (!away) logger.warn({ err, connection }, "Redis is away; reconnecting");
    away = true;
  });
  client.on("ready", () => {
    if (away) logger.info({ connection }, "Redis is back");
    away = false;
  });
}
