import { closeClient, type Redis, type RedisResult } from "./redis.ts";

type Listener = (message: string) => void;

export type FanoutOptions = {
  /** Called after the subscriptions are in force again: messages published in between are gone. */
  onGap?: () => void;
};

/** Messages to every instance that listens right now. Delivery is at most once: what is published while Redis or a
 * subscriber is away is lost, so it may only ever speed up what is also stored. */
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
  const listeners = new Map<string, Set<Listener>>();
  const subscribed = new Set<string>();
  const changed = new Set<string>();
  let syncing: Promise<void> | undefined;
  let connectedBefore = false;

  // Subscriptions asked for in one turn go out as one command; changes made meanwhile go with the next.
  async function sync(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (changed.size > 0 && subscriber.status === "ready") {
      const channels = [...changed];
      changed.clear();
      const add = channels.filter((channel) => listeners.has(channel) && !subscribed.has(channel));
      const drop = channels.filter((channel) => !listeners.has(channel) && subscribed.has(channel));
      for (const channel of add) subscribed.add(channel);
      for (const channel of drop) subscribed.delete(channel);
      try {
        if (add.length > 0) await subscriber.subscribe(...add);
        if (drop.length > 0) await subscriber.unsubscribe(...drop);
      } catch {
        // The connection broke on the way; `ready` starts again from the listeners.
        for (const channel of add) subscribed.delete(channel);
        return;
      }
    }
  }
  function change(channel: string): void {
    changed.add(channel);
    requestSync();
  }
  function requestSync(): void {
    syncing ??= sync().finally(() => {
      syncing = undefined;
      if (changed.size > 0 && subscriber.status === "ready") requestSync();
    });
  }
  async function settled(): Promise<void> {
    while (syncing) await syncing;
  }

  subscriber.on("message", (channel, message) => {
    for (const listener of listeners.get(channel) ?? []) listener(message);
  });
  subscriber.on("ready", () => {
    subscribed.clear();
    for (const channel of listeners.keys()) changed.add(channel);
    const gap = connectedBefore;
    connectedBefore = true;
    requestSync();
    if (gap && onGap) void settled().then(onGap);
  });

  return {
    async start() {
      await subscriber.connect().catch(() => undefined);
    },
    publish: (channel, message) =>
      redis.run((client) => client.publish(redis.prefix + channel, message)),
    subscribe(name, listener) {
      const channel = redis.prefix + name;
      const known = listeners.get(channel);
      // A wrapper of its own, so that subscribing the same function twice and dropping one leaves the other.
      const own: Listener = (message) => listener(message);
      if (known) known.add(own);
      else {
        listeners.set(channel, new Set([own]));
        change(channel);
      }
      return () => {
        const current = listeners.get(channel);
        if (!current?.delete(own) || current.size > 0) return;
        listeners.delete(channel);
        change(channel);
      };
    },
    settled,
    async close() {
      listeners.clear();
      await closeClient(subscriber);
    },
  };
}
