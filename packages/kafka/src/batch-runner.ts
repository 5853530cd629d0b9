import type { Entry } from "./assigned-partition.ts";
import type { WorkOptions } from "./work.ts";
import type { WorkQueue } from "./work-queue.ts";

export type BatchRunnerOptions = {
  queue: WorkQueue;
  work: Extract<WorkOptions, { kind: "batch" }>;
  /** A batch was rejected and will be given again. */
  onFailed: (thrown: unknown, attempt: number) => void;
};

export type BatchRunner = {
  /** Ends the waits of rejected batches: they stay unfinished. */
  stop(): void;
};

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;

/** Turns what is ready into batches, runs them, and repeats a rejected one until it succeeds. */
export function createBatchRunner({ queue, work, onFailed }: BatchRunnerOptions): BatchRunner {
  const concurrency = work.concurrency ?? 1;
  const lingerMs = work.lingerMs ?? 0;
  const waits = new Set<(elapsed: boolean) => void>();
  let stopped = false;
  let running = 0;
  let linger: NodeJS.Timeout | undefined;

  function onAvailable(): void {
    if (lingerMs > 0 && queue.waiting < work.maxRecords) linger ??= setTimeout(start, lingerMs);
    else start();
  }

  function start(): void {
    clearTimeout(linger);
    linger = undefined;
    while (running < concurrency) {
      const entries = queue.takeRuns(work.maxRecords);
      if (entries.length === 0) return;
      running += 1;
      void run(entries.sort(inLogOrder)).then(() => {
        running -= 1;
        // The same wait as for any other: what came meanwhile may not fill a batch.
        if (queue.waiting > 0) onAvailable();
      });
    }
  }

  /** Never rejects. */
  async function run(entries: Entry[]): Promise<void> {
    let left = entries;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (await succeeds(left, attempt)) {
        for (const entry of left) entry.done();
        return;
      }
      if (!(await waited(attempt))) {
        for (const entry of left) queue.abandon(entry);
        return;
      }
      // Lost ones belong to another member now; `done` frees their keys and commits nothing.
      for (const entry of left) if (entry.lost()) entry.done();
      left = left.filter((entry) => !entry.lost());
    }
  }

  async function succeeds(entries: Entry[], attempt: number): Promise<boolean> {
    const current = new Map(entries.map((entry) => [entry.record, entry]));
    try {
      await work.handle(
        entries.map((entry) => entry.record),
        { attempt, isCurrent: (record) => current.get(record)?.lost() === false },
      );
      return true;
    } catch (thrown) {
      onFailed(thrown, attempt);
      return false;
    }
  }

  /** False when stopped instead. */
  function waited(attempt: number): Promise<boolean> {
    const base = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    if (stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(end, base * (0.5 + Math.random() / 2), true);
      function end(elapsed: boolean): void {
        clearTimeout(timer);
        waits.delete(end);
        resolve(elapsed);
      }
      waits.add(end);
    });
  }

  queue.onAvailable(onAvailable);
  return {
    stop() {
      clearTimeout(linger);
      stopped = true;
      for (const end of waits) end(false);
    },
  };
}

function inLogOrder(a: Entry, b: Entry): number {
  if (a.partition === b.partition) return a.offset < b.offset ? -1 : 1;
  const byTopic = a.record.topic < b.record.topic ? -1 : a.record.topic > b.record.topic ? 1 : 0;
  return byTopic === 0 ? a.record.partition - b.record.partition : byTopic;
}
