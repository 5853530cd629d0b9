import type { Entry } from "./assigned-partition.ts";
import type { WorkOptions } from "./work.ts";
import type { WorkQueue } from "./work-queue.ts";

export type BatchRunnerOptions = {
  queue: WorkQueue;
  work: Extract<WorkOptions, { kind: "batch" }>;
  /** A batch was rejected and will be given again. */
  onFailed: (thrown: unknown, attempt: number) => void;
};

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;

/** Turns what is ready into batches, runs them, and repeats a rejected one until it succeeds. */
export class BatchRunner {
  readonly #o: BatchRunnerOptions;
  readonly #waits = new Set<(elapsed: boolean) => void>();
  #stopped = false;
  #running = 0;
  #linger: NodeJS.Timeout | undefined;

  constructor(o: BatchRunnerOptions) {
    this.#o = o;
    o.queue.onAvailable(() => this.#onAvailable());
  }

  /** Ends the waits of rejected batches, which stay unfinished. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#linger);
    for (const end of this.#waits) end(false);
  }

  #onAvailable(): void {
    const { queue, work } = this.#o;
    const lingerMs = work.lingerMs ?? 0;
    if (lingerMs === 0 || queue.waiting >= work.maxRecords) this.#start();
    else this.#linger ??= setTimeout(() => this.#start(), lingerMs);
  }

  #start(): void {
    const { queue, work } = this.#o;
    clearTimeout(this.#linger);
    this.#linger = undefined;
    while (this.#running < (work.concurrency ?? 1)) {
      const entries = queue.takeRuns(work.maxRecords).toSorted(inLogOrder);
      if (entries.length === 0) return;
      this.#running += 1;
      void this.#run(entries).then(() => {
        this.#running -= 1;
        // The same linger as for any other: what came meanwhile may not fill a batch.
        if (queue.waiting > 0) this.#onAvailable();
      });
    }
  }

  /** Never rejects. */
  async #run(entries: Entry[]): Promise<void> {
    let left = entries;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (await this.#succeeds(left, attempt)) {
        for (const entry of left) entry.done();
        return;
      }
      if (!(await this.#waited(attempt))) {
        for (const entry of left) this.#o.queue.abandon(entry);
        return;
      }
      // Lost ones belong to another member now; `done` frees their keys and commits nothing.
      for (const entry of left) if (entry.lost()) entry.done();
      left = left.filter((entry) => !entry.lost());
    }
  }

  async #succeeds(entries: Entry[], attempt: number): Promise<boolean> {
    const byRecord = new Map(entries.map((entry) => [entry.record, entry]));
    try {
      await this.#o.work.handle(
        entries.map((entry) => entry.record),
        { attempt, isCurrent: (record) => byRecord.get(record)?.lost() === false },
      );
      return true;
    } catch (thrown) {
      this.#o.onFailed(thrown, attempt);
      return false;
    }
  }

  /** False when stopped instead. */
  #waited(attempt: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    const longest = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    return new Promise((resolve) => {
      const end = (elapsed: boolean): void => {
        clearTimeout(timer);
        this.#waits.delete(end);
        resolve(elapsed);
      };
      const timer = setTimeout(end, longest * (0.5 + Math.random() / 2), true);
      this.#waits.add(end);
    });
  }
}

function inLogOrder(a: Entry, b: Entry): number {
  if (a.partition === b.partition) return a.offset < b.offset ? -1 : 1;
  if (a.record.topic !== b.record.topic) return a.record.topic < b.record.topic ? -1 : 1;
  return a.record.partition - b.record.partition;
}
