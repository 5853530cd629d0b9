import { eventually, testKafka } from "@pulsecourier/testkit";
import { expect, it } from "vitest";
import { testCluster, valueOf } from "../testing/test-cluster.ts";
import { createTestGroup } from "../testing/test-group.ts";

const PARTITIONS = 6;
const RECORDS = 3_000;

it("pitfalls 7 and 9: members come and go; all is handled, nothing unfinished is ever committed", async () => {
  const cluster = testCluster(testKafka().brokers);
  const topic = await cluster.createTopic("shared", { partitions: PARTITIONS });
  const group = createTestGroup(cluster, topic);
  const { owned, done } = group;
  const { send } = await cluster.producer();
  await send(
    Array.from({ length: RECORDS }, (_, n) => ({
      topic,
      key: `key-${n % 97}`,
      value: String(n),
      headers: {},
    })),
  );
  const [a, b, c] = [group.member("a"), group.member("b"), group.member("c")];
  await a.start();
  await eventually(async () => (await group.commitsAreTrue()) > 300);
  await b.start();
  await eventually(async () => (await group.commitsAreTrue()) > 800);
  await c.start();
  await eventually(() => Object.values(owned).every((partitions) => partitions.size === 2));
  const keptByB = [...(owned["b"] ?? [])];
  await a.stop(3_000);
  await eventually(async () => expect(await group.commitsAreTrue()).toBe(RECORDS), {
    timeoutMs: 20_000,
  });

  expect(done.size).toBe(RECORDS);
  await eventually(() => {
    const partitions = [...(owned["b"] ?? []), ...(owned["c"] ?? [])].toSorted((x, y) => x - y);
    expect(partitions).toEqual([0, 1, 2, 3, 4, 5]);
  });
  expect(owned["a"]?.size).toBe(0);
  expect([...(owned["b"] ?? [])]).toEqual(expect.arrayContaining(keptByB));
  // Three assignments changed hands; each may repeat no more than what was in flight.
  expect(group.repeated()).toBeLessThanOrEqual(3 * 50 * 3);
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
