import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AssignedPartition, MAX_UNFINISHED } from "./assigned-partition.ts";
import { Feed } from "./feed.ts";
import type { InRecord } from "../records/record.ts";
import { WorkQueue } from "./work-queue.ts";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

function record(offset: number, headers: Record<string, string> = {}): InRecord {
  const value = Buffer.from(String(offset));
  return {
    topic: "t",
    partition: 0,
    offset: BigInt(offset),
    timestamp: 0,
    key: null,
    value,
    headers,
  };
}
const due = (offset: number, inMs: number): InRecord =>
  record(offset, { due: String(Date.now() + inMs) });

function setUp() {
  const queue = new WorkQueue({
    topics: ["t"],
    priority: () => 0,
    capacity: 100_000,
    reservedShare: 0,
  });
  const partition = new AssignedPartition("t", 0);
  const feed = new Feed({
    queue,
    notBefore: ({ headers }) => (headers["due"] === undefined ? null : Number(headers["due"])),
    ownerOf: () => "",
    setFetching: (p, on) => (p.fetching = on),
  });
  const offer = (records: InRecord[], end: bigint): bigint | undefined =>
    feed.offer(partition, { topic: "t", partition: 0, records, end });
  const taken = (): bigint[] => queue.take(100_000).map((entry) => entry.offset);
  return { queue, partition, offer, taken };
}

it("admits at most 1,024 unfinished records, keeps the rest and fetches again when it is used up", () => {
  const { queue, partition, offer } = setUp();
  const fetched = Array.from({ length: MAX_UNFINISHED + 2 }, (_, n) => record(n));
  expect(offer(fetched, 5_000n)).toBe(BigInt(MAX_UNFINISHED + 1));
  expect(partition.fetching).toBe(false);
  const entries = queue.take(100_000);
  expect(entries).toHaveLength(MAX_UNFINISHED);
  entries[7]?.done();
  expect([queue.waiting, partition.fetching]).toEqual([1, false]);
  entries[8]?.done();
  expect([queue.waiting, partition.fetching]).toEqual([2, true]);
  expect(partition.lag).toBe(5_000);
});

it("stops at 50,000 offsets between the oldest unfinished record and the newest", () => {
  const { queue, offer, taken } = setUp();
  offer([record(0), record(50_000), record(50_001)], 60_000n);
  expect(queue.waiting).toBe(2);
  const [oldest] = queue.take(2);
  oldest?.done();
  expect(taken()).toEqual([50_001n]);
});

it("never gives a record out early and keeps a short wait in memory", () => {
  const { partition, offer, taken } = setUp();
  expect(offer([record(0), due(1, 800), due(2, 900)], 3n)).toBe(2n);
  expect([taken(), partition.fetching]).toEqual([[0n], false]);
  vi.advanceTimersByTime(799);
  expect(taken()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect([taken(), partition.fetching]).toEqual([[1n], false]);
  vi.advanceTimersByTime(100);
  expect([taken(), partition.fetching]).toEqual([[2n], true]);
});

it("forgets what waits long, fetches it again shortly before and still waits for its time", () => {
  const { partition, offer, taken } = setUp();
  const head = due(7, 30_000);
  expect(offer([record(6), head, due(8, 30_000)], 9n)).toBe(6n);
  expect([taken(), partition.held.size, partition.fetching]).toEqual([[6n], 0, false]);
  vi.advanceTimersByTime(29_499);
  expect(partition.fetching).toBe(false);
  vi.advanceTimersByTime(1);
  expect(partition.fetching).toBe(true);
  expect(offer([head], 9n)).toBe(7n);
  vi.advanceTimersByTime(499);
  expect(taken()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(taken()).toEqual([7n]);
});

it("keeps nothing of a fetch whose first record waits long", () => {
  const { partition, offer } = setUp();
  expect(offer([due(40, 60_000)], 41n)).toBe(39n);
  expect(partition.tracker.position).toBeUndefined();
});

it("looks at the clock again when it was set back meanwhile", () => {
  const { offer, taken } = setUp();
  offer([due(0, 500)], 1n);
  vi.setSystemTime(Date.now() - 300);
  vi.advanceTimersByTime(500);
  expect(taken()).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(taken()).toEqual([0n]);
});

it("skips what it knows when a rejoin makes kafkajs read from the committed offset again", () => {
  const { partition, offer, taken } = setUp();
  offer([record(0), record(1)], 2n);
  expect(taken()).toEqual([0n, 1n]);
  partition.repeats = true;
  expect(partition.isAnotherLog([record(0)])).toBe(false);
  expect(offer([record(0), record(1), record(2)], 3n)).toBe(2n);
  expect(taken()).toEqual([2n]);
  expect(partition.isAnotherLog([record(3)])).toBe(false);
  expect(partition.isAnotherLog([record(1)])).toBe(true);
});

it("gives nothing out for a lost partition, also when its timer had been set", () => {
  const { partition, offer, taken } = setUp();
  offer([due(0, 100)], 1n);
  partition.lose();
  vi.advanceTimersByTime(200);
  expect(taken()).toEqual([]);
});
