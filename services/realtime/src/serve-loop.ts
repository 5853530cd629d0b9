export type ServeLoop = {
  /** Has this key served soon; one that is being served is served once more. */
  touch: (key: string) => void;
};

/**
 * Serves keys in batches of at most `max`, one batch at a time, so that what is touched while a batch is under way
 * travels together. A batch that fails drops everything that waits: the caller touches all of it again later.
 */
export function createServeLoop(o: {
  max: number;
  serve: (keys: readonly string[]) => Promise<void>;
  onError: (error: unknown) => void;
}): ServeLoop {
  const touched = new Set<string>();
  let running = false;

  async function run(): Promise<void> {
    while (touched.size > 0) {
      const batch = takeFirst(touched, o.max);
      try {
        await o.serve(batch);
      } catch (error) {
        touched.clear();
        o.onError(error);
      }
    }
    running = false;
  }

  return {
    touch: (key) => {
      touched.add(key);
      if (running) return;
      running = true;
      // What is touched in the same turn belongs to the first batch.
      setImmediate(() => void run());
    },
  };
}

function takeFirst(from: Set<string>, max: number): string[] {
  const taken: string[] = [];
  for (const key of from) {
    if (taken.length === max) break;
    taken.push(key);
    from.delete(key);
  }
  return taken;
}
