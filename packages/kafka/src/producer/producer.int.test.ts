import { testKafka } from "@pulsecourier/testkit";
import { expect, it } from "vitest";
import { createKafka } from "../client/connection.ts";
import { partitionOfKey } from "./partitioner.ts";
import { createProducer } from "./producer.ts";
import { collectTasks, silent, testCluster } from "../testing/test-cluster.ts";
import { ensureTopics } from "../client/topics.ts";

it("writes what it says it wrote, where it says", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("written", { partitions: 3 });
  const bytes = Buffer.from([0, 255, 128, 10]);
  const records = Array.from({ length: 200 }, (_, n) => ({
    topic,
    key: `key-${n % 17}`,
    value: n === 5 ? null : Buffer.concat([bytes, Buffer.from(String(n))]),
    headers: { "ntf-id": `id-${n}`, traceparent: "ü" },
  }));
  const receipts = await (await producer()).send(records);

  const read = collectTasks((task) => task.done());
  await consumer({ group: name("g"), topics: [topic], work: read.work }).start();
  await read.came(200);
  for (const [n, receipt] of receipts.entries()) {
    const at = `${receipt.partition}/${receipt.offset}`;
    const found = read.tasks.find(({ record: r }) => `${r.partition}/${r.offset}` === at)?.record;
    expect(found).toMatchObject({
      topic,
      key: Buffer.from(records[n]?.key ?? ""),
      value: records[n]?.value,
      headers: records[n]?.headers,
    });
    expect(receipt.partition).toBe(partitionOfKey(`key-${n % 17}`, 3));
  }
});

it("fails only the record the broker finds too large", async () => {
  const { createTopic, producer } = testCluster(testKafka().brokers);
  const topic = await createTopic("limit", { config: { "max.message.bytes": "300000" } });
  const { send } = await producer();
  const record = (size: number) => ({ topic, key: "k", value: Buffer.alloc(size), headers: {} });
  const sends = [send([record(10)]), send([record(400_000)]), send([record(20)])];
  const [before, tooLarge, after] = await Promise.allSettled(sends);
  expect([before?.status, after?.status]).toEqual(["fulfilled", "fulfilled"]);
  expect(tooLarge).toMatchObject({ reason: { code: "record_too_large", retriable: false } });
});

it("fails none of the other partitions it writes to in the same request", async () => {
  const { createTopic, producer } = testCluster(testKafka().brokers);
  const small = await createTopic("small", { config: { "max.message.bytes": "100000" } });
  const large = await createTopic("large", { partitions: 2 });
  const { send } = await producer();
  const record = (topic: string, partition: number, size: number) => ({
    topic,
    partition,
    key: null,
    value: Buffer.alloc(size),
    headers: {},
  });
  // Only partitions whose leader is known share a request.
  await send([record(small, 0, 10), record(large, 0, 10), record(large, 1, 10)]);
  const [tooLarge, written] = await Promise.allSettled([
    send([record(small, 0, 150_000)]),
    send([record(large, 0, 150_000), record(large, 1, 150_000)]),
  ]);
  expect(tooLarge).toMatchObject({ reason: { code: "record_too_large", retriable: false } });
  // The shared request wrote them at 1; written alone again they are at 2, as at least once allows.
  const later = expect.objectContaining({ offset: expect.stringMatching(/^[12]$/) });
  expect(written).toMatchObject({ value: [later, later] });
});

it("says which topic does not exist", async () => {
  const { producer, name } = testCluster(testKafka().brokers);
  const { send, ready } = await producer();
  const sent = send([{ topic: name("none"), key: null, value: "v", headers: {} }]);
  await expect(sent).rejects.toMatchObject({ code: "unknown_topic" });
  expect(ready()).toBe(true);
});

it("says so when no broker answers", async () => {
  const kafka = createKafka({ brokers: ["127.0.0.1:1"], clientId: "test", logger: silent });
  await expect(createProducer({ kafka, timeoutMs: 500 })).rejects.toMatchObject({
    code: "kafka_unavailable",
    retriable: true,
  });
});

it("creates missing topics, also when several processes do so at once, and keeps the others", async () => {
  const { kafka, name, producer } = testCluster(testKafka().brokers);
  const topics = ["a", "b", "c", "d"].map((part) => ({
    name: name(part),
    partitions: 2,
    retentionMs: 60_000,
  }));
  await ensureTopics({ kafka, topics: topics.slice(0, 1) });
  await Promise.all([0, 1, 2].map(() => ensureTopics({ kafka, topics })));
  await ensureTopics({ kafka, topics: topics.map((topic) => ({ ...topic, partitions: 7 })) });
  const { send } = await producer();
  const receipts = await send(
    topics.map((topic) => ({
      topic: topic.name,
      key: null,
      value: "v",
      headers: {},
      partition: 1,
    })),
  );
  expect(receipts.map(({ partition, offset }) => `${partition}/${offset}`)).toEqual(
    Array(4).fill("1/0"),
  );
});
