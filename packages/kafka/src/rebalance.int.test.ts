import { eventually, testKafka } from "@pulsecourier/testkit";
import { expect, it } from "vitest";
import type { TopicPartition } from "./consumer.ts";
import { testCluster, valueOf } from "./test-cluster.ts";
import type { Task, TaskQueue } from "./work.ts";

const PARTITIONS = 6;
const RECORDS = 3_000;

/** Works on up to 50 tasks at once for 0 to 20 ms each, so that they finish out of order. */
function slowWorker(onDone: (task: Task) => void) {
  let running = 0;
  return (queue: TaskQueue): void => {
    function pull(): void {
      for (const task of queue.take(50 - running)) {
        running += 1;
        setTimeout(() => {
          running -= 1;
          if (!task.lost()) onDone(task);
          task.done();
          pull();
        }, Math.random() * 20);
      }
    }
    queue.onAvailable(pull);
  };
}

it("pitfalls 7 and 9: members come and go; all is handled, nothing unfinished is ever committed", async () => {
  const cluster = testCluster(testKafka().brokers);
  const topic = await cluster.createTopic("shared", { partitions: PARTITIONS });
  const group = cluster.name("g");
  const done = new Map<string, number>();
  const owned: Record<string, Set<string>> = {};

  function member(id: string) {
    const name = ({ partition }: TopicPartition): string => `${partition}`;
    const owns = (owned[id] = new Set<string>());
    return cluster.consumer({
      group,
      topics: [topic],
      onAssigned: (partitions) => partitions.forEach((p) => owns.add(name(p))),
      onRevoked: (partitions) => partitions.forEach((p) => owns.delete(name(p))),
      work: {
        kind: "tasks",
        take: slowWorker(({ record }) => {
          const at = `${record.partition}/${record.offset}`;
          done.set(at, (done.get(at) ?? 0) + 1);
        }),
        capacity: 50,
      },
    });
  }

  async function commitsAreTrue(): Promise<number> {
    const committed = await cluster.committed(group, topic);
    for (const [partition, end] of committed.entries()) {
      for (let offset = 0; offset < end; offset += 1) {
        expect(done.has(`${partition}/${offset}`), `${partition}/${offset}`).toBe(true);
      }
    }
    return committed.reduce((sum, end) => sum + Math.max(0, end), 0);
  }

  const { send } = await cluster.producer();
  await send(
    Array.from({ length: RECORDS }, (_, n) => ({
      topic,
      key: `key-${n % 97}`,
      value: String(n),
      headers: {},
    })),
  );
  const [a, b, c] = [member("a"), member("b"), member("c")];
  await a.start();
  await eventually(async () => (await commitsAreTrue()) > 300);
  await b.start();
  await eventually(async () => (await commitsAreTrue()) > 800);
  await c.start();
  await eventually(() => Object.values(owned).every((partitions) => partitions.size === 2));
  const keptByB = [...(owned["b"] ?? [])];
  await a.stop(3_000);
  await eventually(async () => expect(await commitsAreTrue()).toBe(RECORDS), { timeoutMs: 20_000 });

  expect(done.size).toBe(RECORDS);
  await eventually(() => {
    const partitions = [...(owned["b"] ?? []), ...(owned["c"] ?? [])].toSorted();
    expect(partitions).toEqual(["0", "1", "2", "3", "4", "5"]);
  });
  expect(owned["a"]?.size).toBe(0);
  expect([...(owned["b"] ?? [])]).toEqual(expect.arrayContaining(keptByB));
  // Three assignments changed hands; each may repeat no more than what was in flight.
  const repeated = [...done.values()].reduce((sum, times) => sum + times - 1, 0);
  expect(repeated).toBeLessThanOrEqual(3 * 50 * 3);
});

it("keeps a key's order across its waits, one record at a time", async () => {
  const cluster = testCluster(testKafka().brokers);
  const topic = await cluster.createTopic("ordered", { partitions: 3 });
  const seen: Record<string, string[]> = {};
  const inFlight = new Set<string>();
  const member = cluster.consumer({
    group: cluster.name("g"),
    topics: [topic],
    work: {
      kind: "tasks",
      take(queue) {
        queue.onAvailable(function pull() {
          for (const task of queue.take(50)) {
            const key = String(task.record.key);
            expect(inFlight.has(key)).toBe(false);
            inFlight.add(key);
            setTimeout(() => {
              (seen[key] ??= []).push(valueOf(task.record));
              inFlight.delete(key);
              task.done();
            }, Math.random() * 10);
          }
        });
      },
    },
  });
  await member.start();
  const { send } = await cluster.producer();
  const sends: Promise<unknown>[] = [];
  for (let n = 0; n < 400; n += 1) {
    sends.push(send([{ topic, key: `key-${n % 20}`, value: String(n), headers: {} }]));
    if (n % 50 === 0) await new Promise(setImmediate);
  }
  await Promise.all(sends);
  await eventually(() => Object.values(seen).flat().length === 400);
  for (const values of Object.values(seen)) {
    expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
    expect(values).toHaveLength(20);
  }
});
