import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AssignedPartition, Entry } from "./assigned-partition.ts";
import { BatchRunner } from "./batch-runner.ts";
import type { InRecord } from "../records/record.ts";
import type { WorkContext, WorkOptions } from "./work.ts";
import { WorkQueue } from "./work-queue.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Batch = Extract<WorkOptions, { kind: "batch" }>;

function setUp(work: Omit<Batch, "kind">) {
  const queue = new WorkQueue({
    topics: ["t"],
    priority: () => 0,
    capacity: 1_000,
    reservedShare: 0,
  });
  const partition = new AssignedPartition("t", 0);
  const failures: unknown[] = [];
  const runner = new BatchRunner({
    queue,
    work: { kind: "batch", ...work },
    onFailed: (thrown) => failures.push(thrown),
  });
  let offset = 0n;
  function add(...keys: string[]): void {
    for (const key of keys) {
      const at = { topic: "t", partition: 0, offset: offset++, timestamp: 0 };
      const record = { ...at, key: Buffer.from(key), value: null, headers: {} };
      const entry = new Entry({ record, since: 0, partition, onDone: (e) => queue.finish(e) });
      partition.tracker.add(entry);
      queue.add(entry);
    }
  }
  return { queue, partition, failures, runner, add };
}

const offsets = (records: InRecord[]): bigint[] => records.map((record) => record.offset);
const turns = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it("hands over batches in log order and finishes all of one when it resolves", async () => {
  const batches: bigint[][] = [];
  const { partition, add } = setUp({
    maxRecords: 3,
    handle: (records) => Promise.resolve(void batches.push(offsets(records))),
  });
  add("a", "b", "a", "c", "d");
  await turns();
  expect(batches).toEqual([
    [0n, 1n, 2n],
    [3n, 4n],
  ]);
  expect(partition.tracker.position).toBe(5n);
});

it("waits for a batch to fill, but not longer than its linger", async () => {
  const batches: bigint[][] = [];
  const { add } = setUp({
    maxRecords: 3,
    lingerMs: 50,
    handle: (records) => Promise.resolve(void batches.push(offsets(records))),
  });
  add("a", "b");
  await turns(49);
  expect(batches).toEqual([]);
  await turns(1);
  expect(batches).toEqual([[0n, 1n]]);
  add("c", "d", "e");
  await turns();
  expect(batches).toEqual([
    [0n, 1n],
    [2n, 3n, 4n],
  ]);
});

it("runs as many batches as allowed, never two with the same key", async () => {
  const running: { keys: string[]; end: () => void }[] = [];
  const { add } = setUp({
    maxRecords: 2,
    concurrency: 2,
    handle(records) {
      const { promise, resolve } = Promise.withResolvers<void>();
      running.push({ keys: records.map((record) => String(record.key)), end: resolve });
      return promise;
    },
  });
  add("a", "b", "a", "c", "d");
  await turns();
  expect(running.map((batch) => batch.keys)).toEqual([
    ["a", "a"],
    ["b", "c"],
  ]);
  running[1]?.end();
  await turns();
  expect(running.map((batch) => batch.keys)).toEqual([["a", "a"], ["b", "c"], ["d"]]);
});

it("repeats a rejected batch with growing waits and never skips it", async () => {
  const attempts: { at: number; attempt: number }[] = [];
  const started = Date.now();
  const { partition, failures, add } = setUp({
    maxRecords: 10,
    handle(_, { attempt }) {
      attempts.push({ at: Date.now() - started, attempt });
      return attempt < 4 ? Promise.reject(new TypeError("away")) : Promise.resolve();
    },
  });
  add("a", "b");
  await turns(5_000);
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  const waits = attempts.slice(1).map(({ at }, n) => at - (attempts[n]?.at ?? 0));
  for (const [n, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(50 * 2 ** n);
    expect(wait).toBeLessThanOrEqual(100 * 2 ** n);
  }
  expect(failures).toHaveLength(3);
  expect(partition.tracker.position).toBe(2n);
});

it("tells a handler that throws at once from one that succeeds", async () => {
  const { failures, add } = setUp({
    maxRecords: 1,
    handle() {
      throw new SyntaxError("bad");
    },
  });
  add("a");
  await turns();
  expect(failures).toHaveLength(1);
});

it("drops what was lost from a repeated batch and tells the handler", async () => {
  const seen: { records: InRecord[]; context: WorkContext }[] = [];
  const { queue, partition, add } = setUp({
    maxRecords: 10,
    handle(records, context) {
      seen.push({ records, context });
      return Promise.reject(new Error("away"));
    },
  });
  add("a");
  await turns();
  const [first] = seen;
  const record = first?.records[0];
  if (first === undefined || record === undefined) throw new Error("no batch came");
  expect(first.context.isCurrent(record)).toBe(true);
  partition.lose();
  expect(first.context.isCurrent(record)).toBe(false);
  await turns(20_000);
  expect(seen).toHaveLength(1);
  expect(queue.inFlight).toBe(0);
});

it("leaves a rejected batch unfinished when stopped", async () => {
  const { queue, partition, runner, add } = setUp({
    maxRecords: 10,
    handle: () => Promise.reject(new Error("away")),
  });
  add("a");
  await turns();
  runner.stop();
  await turns();
  expect(queue.inFlight).toBe(0);
  expect(partition.tracker.position).toBe(0n);
});
