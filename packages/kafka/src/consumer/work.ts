import type { InRecord } from "../records/record.ts";

/** One record to work on. Its key is held until `done`: no other task of that key is given out. */
export type Task = {
  readonly record: InRecord;
  /** True once the partition was taken away: start no new effect; `done` then commits nothing. */
  lost(): boolean;
  /** Until `resume` the task takes up no room of the capacity; its key stays held. */
  setAside(): void;
  resume(): void;
  /** Frees the key and marks the offset finished. Further calls do nothing. */
  done(): void;
};

export type TaskQueue = {
  /**
   * Up to `n` tasks with keys not in flight: higher priorities first, partitions in turn, each
   * priority always finding its reserved share of `capacity`. Empty while stopping or rebalancing.
   */
  take(n: number): Task[];
  /** Called, once for what comes together, when `take` may give more than it last did. */
  onAvailable(callback: () => void): void;
};

export type WorkContext = {
  /** False once the record's partition was taken away: start no new effect for it. */
  isCurrent(record: InRecord): boolean;
  /** 1 at first, counted up when a rejected batch is given again. */
  readonly attempt: number;
};

export type WorkOptions =
  | {
      /**
       * `handle` gets batches; all of a batch is finished when the promise resolves. Records of
       * one key are never in two batches at once; inside a batch a partition keeps its log order.
       * A rejected batch is given again with growing waits, and never skipped.
       */
      kind: "batch";
      maxRecords: number;
      /** How long a batch that is not full may wait for more; default 0. */
      lingerMs?: number;
      /** Batches at once; default 1. */
      concurrency?: number;
      handle(records: InRecord[], context: WorkContext): Promise<void>;
    }
  | {
      /** Called once at start; the receiver takes tasks when it has room. */
      kind: "tasks";
      take(queue: TaskQueue): void;
      /** Most tasks the receiver has out at once, the base of the reserved shares; default 256. */
      capacity?: number;
    };
