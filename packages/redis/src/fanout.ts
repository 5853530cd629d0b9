import { closeClient, type Redis, type RedisResult } from "./redis.ts";
import { createSubscriptions, type Listener } from "./subscriptions.ts";

export type FanoutOptions = {
  /** Called after the subscriptions are in force again: messages published in between are gone. */
  onGap?: () => void;
};

/**
 * Messages to every instance that listens right now. Delivery is at most once: what is published while Redis or a
 * subscriber is away is lost, so it may only ever speed up what is also stored.
 */
export type Fanout = {
  /** Waits for the first attempt to connect; never rejects. */
  start(): Promise<void>;
  /** The value is how many connections got it. Publishes of one event loop turn travel together. */
  publish(channel: string, message: string): Promise<RedisResult<number>>;
  /** Calls `listener` with each message until the returned function is called. A listener must not throw. */
  subscribe(channel: string, listener: Listener): () => void;
  /** Resolves when every subscription asked for so far is in force, or Redis is away. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/** Publish and subscribe over Redis; all subscriptions of the process share one connection. */
export function createFanout(redis: Redis, { onGap }: FanoutOptions = {}): Fanout {
  const subscriber = redis.duplicate();
  const subscriptions = createSubscriptions(subscriber);
  let connectedBefore = false;
  subscriber.on("ready", () => {
    if (connectedBefore && onGap) void subscriptions.settled().then(onGap);
    connectedBefore = true;
  });

  return {
    async start() {
      // The reason is logged by the connection, which keeps trying.
      await subscriber.connect().catch(() => undefined);
    },
    publish: (channel, message) =>
      redis.run((client) => client.publish(redis.prefix + channel, message)),
    subscribe: (channel, listener) => subscriptions.add(redis.prefix + channel, listener),
    settled: subscriptions.settled,
    async close() {
      subscriptions.clear();
      await closeClient(subscriber);
    },
  };
}
