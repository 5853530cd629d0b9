import type { Redis as Client } from "ioredis";

export type Listener = (message: string) => void;

export type Subscriptions = {
  add(channel: string, listener: Listener): () => void;
  /** Resolves when the server knows everything asked for so far, or the connection is down. */
  settled(): Promise<void>;
  clear(): void;
};

/**
 * Keeps the server's subscriptions of one connection equal to the channels that have listeners, across reconnects.
 * What is asked for in one event loop turn goes out as one command.
 */
export function createSubscriptions(client: Client): Subscriptions {
  const listeners = new Map<string, Set<Listener>>();
  const { changed, settled } = keepInStep(client, (channel) => listeners.has(channel));

  client.on("message", (channel, message) => {
    for (const listener of listeners.get(channel) ?? []) listener(message);
  });
  client.on("ready", () => changed(listeners.keys()));

  return {
    settled,
    add(channel, listener) {
      const known = listeners.get(channel);
      // A wrapper of its own, so that adding a function twice and removing it once leaves the other.
      const own: Listener = (message) => listener(message);
      if (known) known.add(own);
      else {
        listeners.set(channel, new Set([own]));
        changed([channel]);
      }
      return () => {
        const current = listeners.get(channel);
        if (!current?.delete(own) || current.size > 0) return;
        listeners.delete(channel);
        changed([channel]);
      };
    },
    clear: () => listeners.clear(),
  };
}

function keepInStep(client: Client, wanted: (channel: string) => boolean) {
  const subscribed = new Set<string>();
  const dirty = new Set<string>();
  let running: Promise<void> | undefined;

  async function sync(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (dirty.size > 0 && client.status === "ready") {
      const channels = [...dirty];
      dirty.clear();
      const add = channels.filter((channel) => wanted(channel) && !subscribed.has(channel));
      const drop = channels.filter((channel) => !wanted(channel) && subscribed.has(channel));
      for (const channel of add) subscribed.add(channel);
      for (const channel of drop) subscribed.delete(channel);
      try {
        if (add.length > 0) await client.subscribe(...add);
        if (drop.length > 0) await client.unsubscribe(...drop);
      } catch {
        // The connection broke on the way; `ready` starts again from what is wanted then.
        return;
      }
    }
  }
  function run(): void {
    running ??= sync().finally(() => {
      running = undefined;
      if (dirty.size > 0 && client.status === "ready") run();
    });
  }
  client.on("close", () => subscribed.clear());
  return {
    changed(channels: Iterable<string>) {
      for (const channel of channels) dirty.add(channel);
      run();
    },
    async settled() {
      while (running) await running;
    },
  };
}
