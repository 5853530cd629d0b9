import { expect, it } from "vitest";
import { AssignedPartition, Entry } from "./assigned-partition.ts";
import { WorkQueue } from "./work-queue.ts";

function createQueue(capacity: number, reservedShare = 0.25) {
  const queue = new WorkQueue({
    topics: ["critical", "bulk"],
    priority: (topic) => (topic === "critical" ? 2 : 1),
    capacity,
    reservedShare,
  });
  const fill = (partition: AssignedPartition, keys: (string | null)[]): void =>
    fillQueue(queue, partition, keys);
  return { queue, fill };
}

function fillQueue(queue: WorkQueue, partition: AssignedPartition, keys: (string | null)[]): void {
  for (const [n, key] of keys.entries()) {
    const record = {
      topic: partition.topic,
      partition: partition.partition,
      offset: BigInt(n),
      timestamp: 0,
      key: key === null ? null : Buffer.from(key),
      value: null,
      headers: {},
    };
    const entry = new Entry({
      record,
      since: 0,
      partition,
      owner: key?.split(":")[1] ?? "",
      onDone: (e) => queue.finish(e),
      onAside: (e) => queue.countAside(e),
    });
    partition.tracker.add(entry);
    queue.add(entry);
  }
}

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `k${n}`);
const topics = (entries: Entry[]): string[] => entries.map((entry) => entry.record.topic);

it("serves the higher priority first and leaves the other its reserved share", () => {
  const { queue, fill } = createQueue(8);
  fill(new AssignedPartition("bulk", 0), many(20));
  fill(new AssignedPartition("critical", 0), many(20));
  expect(topics(queue.take(8))).toEqual([...Array(6).fill("critical"), "bulk", "bulk"]);
  expect(queue.take(8)).toEqual([]);
});

it("keeps a share free for the higher priority while the lower floods", () => {
  const { queue, fill } = createQueue(8);
  fill(new AssignedPartition("bulk", 0), many(20));
  expect(queue.take(8)).toHaveLength(6);
  expect(queue.take(2)).toEqual([]);
  fill(new AssignedPartition("critical", 0), many(2));
  expect(topics(queue.take(2))).toEqual(["critical", "critical"]);
});

it("gives a freed slot to the higher priority, without ever touching the other's share", () => {
  const { queue, fill } = createQueue(4);
  fill(new AssignedPartition("critical", 0), many(50));
  fill(new AssignedPartition("bulk", 0), many(50));
  const out = queue.take(4);
  for (let round = 0; round < 20; round += 1) {
    out.shift()?.done();
    out.push(...queue.take(1));
    expect(topics(out).filter((topic) => topic === "bulk")).toHaveLength(1);
  }
});

it("takes partitions of one priority in turn", () => {
  const { queue, fill } = createQueue(100);
  const partitions = [0, 1, 2].map((n) => new AssignedPartition("bulk", n));
  for (const partition of partitions) fill(partition, many(10));
  expect(queue.take(6).map((entry) => entry.record.partition)).toEqual([0, 1, 2, 0, 1, 2]);
});

it("lets owners take turns in a partition, however much one of them has", () => {
  const { queue, fill } = createQueue(100);
  const flood = Array.from({ length: 20 }, (_, n) => `k${n}:noisy`);
  fill(new AssignedPartition("bulk", 0), [...flood, "a:quiet", "b:quiet", "c:other"]);
  const owners = queue.take(6).map(({ owner }) => owner);
  expect(owners).toEqual(["noisy", "quiet", "other", "noisy", "quiet", "noisy"]);
});

it("holds a key until done, in one topic and partition only", () => {
  const { queue, fill } = createQueue(100);
  fill(new AssignedPartition("bulk", 0), ["a", "a", "b"]);
  fill(new AssignedPartition("critical", 0), ["a"]);
  const [critical, first, other] = queue.take(10);
  expect(critical?.record.topic).toBe("critical");
  expect([first?.key, other?.key]).toEqual(["a", "b"]);
  expect(queue.take(10)).toEqual([]);
  first?.done();
  first?.done();
  expect(queue.take(10).map((entry) => [entry.key, entry.offset])).toEqual([["a", 1n]]);
  expect(queue.inFlight).toBe(3);
});

it("makes room for others while a task is set aside, and still holds its key", () => {
  const { queue, fill } = createQueue(4, 0);
  fill(new AssignedPartition("bulk", 0), ["a", "b", "c", "d", "a", "e", "f"]);
  const [a, b, c] = queue.take(10);
  a?.setAside();
  b?.setAside();
  b?.setAside();
  expect(queue.take(10).map((entry) => entry.key)).toEqual(["e", "f"]);
  expect(queue.inFlight).toBe(6);
  a?.resume();
  expect(queue.take(10)).toEqual([]);
  for (const task of [a, b, c]) task?.done();
  expect(queue.take(10).map((entry) => [entry.key, entry.offset])).toEqual([["a", 4n]]);
  expect(queue.inFlight).toBe(4);
});

it("gives all that waits of a key together, in order, when asked for runs", () => {
  const { queue, fill } = createQueue(100);
  fill(new AssignedPartition("bulk", 0), ["a", "b", "a", "c", "a"]);
  expect(queue.takeRuns(4).map((entry) => entry.offset)).toEqual([0n, 2n, 4n, 1n]);
});

it("gives nothing while closed, of a paused topic or of a lost partition", () => {
  const { queue, fill } = createQueue(100);
  const paused = new AssignedPartition("bulk", 0);
  const lost = new AssignedPartition("bulk", 1);
  fill(paused, ["a"]);
  fill(lost, ["b"]);
  queue.setOpen(false);
  expect(queue.take(10)).toEqual([]);
  queue.setOpen(true);
  paused.paused = true;
  lost.lose();
  expect(queue.take(10)).toEqual([]);
  paused.paused = false;
  queue.enqueue(paused);
  expect(queue.take(10).map((entry) => entry.key)).toEqual(["a"]);
});

it("gives nothing while another member may have taken over", async () => {
  let inSession = false;
  const queue = new WorkQueue({
    topics: ["bulk"],
    priority: () => 0,
    capacity: 10,
    reservedShare: 0,
    mayGive: () => inSession,
  });
  fillQueue(queue, new AssignedPartition("bulk", 0), ["a"]);
  expect(queue.take(10)).toEqual([]);
  await new Promise(setImmediate);
  let calls = 0;
  queue.onAvailable(() => (calls += 1));
  inSession = true;
  queue.setOpen(true);
  await new Promise(setImmediate);
  expect(calls).toBe(1);
  expect(queue.take(10)).toHaveLength(1);
});

it("calls back once a turn, and only when there is something to take", async () => {
  const { queue, fill } = createQueue(100);
  let calls = 0;
  queue.onAvailable(() => (calls += 1));
  await new Promise(setImmediate);
  expect(calls).toBe(0);
  fill(new AssignedPartition("bulk", 0), ["a", "a", "b"]);
  await new Promise(setImmediate);
  expect(calls).toBe(1);
  const [first] = queue.take(10);
  await new Promise(setImmediate);
  expect(calls).toBe(1);
  first?.done();
  await new Promise(setImmediate);
  expect(calls).toBe(2);
});
