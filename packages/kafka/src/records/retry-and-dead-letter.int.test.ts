import { eventually, testKafka } from "@pulsecourier/testkit";
import { randomBytes } from "node:crypto";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { deadLetter } from "./dead-letter.ts";
import { HEADER_NOT_BEFORE } from "./headers.ts";
import { kafkaMetrics } from "../metrics/prometheus-metrics.ts";
import type { InRecord, OutRecord } from "./record.ts";
import { collectTasks, testCluster, valueOf } from "../testing/test-cluster.ts";

const notBefore = (record: InRecord): number | null => {
  const text = record.headers[HEADER_NOT_BEFORE];
  return text === undefined ? null : Number(text);
};

it("a retry tier waits for its time, never gives out early, and holds back nothing else", async () => {
  const { createTopic, producer, consumer, committed, name } = testCluster(testKafka().brokers);
  const [lane, tier] = [await createTopic("lane"), await createTopic("lane.retry")];
  const { send } = await producer();
  const taken = new Map<string, number>();
  const read = collectTasks((task) => {
    taken.set(valueOf(task.record), Date.now());
    task.done();
  });
  const group = name("g");
  const member = consumer({ group, topics: [lane, tier], work: read.work, notBefore });
  await member.start();

  const dueIn = [200, 700, 2_200, 2_300, 4_000];
  const due = dueIn.map((ms) => Date.now() + ms);
  await send(
    due.map((at) => ({
      topic: tier,
      key: "k",
      value: String(at),
      headers: { [HEADER_NOT_BEFORE]: String(at) },
    })),
  );
  await send([{ topic: lane, key: "k", value: "passes", headers: {} }]);
  await eventually(async () => expect(await committed(group, tier)).toEqual([2]));

  await read.came(6);
  expect(taken.get("passes")).toBeLessThan(due[2] ?? 0);
  for (const at of due) {
    const late = (taken.get(String(at)) ?? 0) - at;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(500);
  }
});

it("a due time nobody can read does not stop the partition", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("lane.retry");
  const read = collectTasks((task) => task.done());
  const throwing = (record: InRecord): number => {
    if (valueOf(record) === "throws") throw new RangeError("no date");
    return Number.NaN;
  };
  const member = consumer({
    group: name("g"),
    topics: [topic],
    work: read.work,
    notBefore: throwing,
  });
  await member.start();
  const values = ["throws", "not a number"];
  await (await producer()).send(values.map((value) => ({ topic, key: null, value, headers: {} })));
  await read.came(2);
  expect(read.values()).toEqual(values);
});

it("poison passes through to its dead letter byte for byte", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const [topic, dlq] = [await createTopic("lane"), await createTopic("lane.dlq")];
  const { send } = await producer();
  const poison: OutRecord[] = [
    { topic, key: null, value: null, headers: {} },
    { topic, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: { empty: "" } },
    {
      topic,
      key: randomBytes(40),
      value: randomBytes(5_000),
      headers: { "ntf-id": "x", constructor: "y" },
    },
    { topic, key: "k", value: "{not json", headers: { "ntf-attempt": "NaN" } },
  ];
  await send(poison);
  const group = name("g");
  await consumer({
    group,
    topics: [topic],
    work: {
      kind: "batch",
      maxRecords: 100,
      async handle(records) {
        const why = {
          group,
          topic: dlq,
          reason: "poison",
          code: "bad_json",
          message: "✗",
        } as const;
        await send(records.map((record) => deadLetter(record, why)));
      },
    },
  }).start();

  const letters = collectTasks();
  await consumer({ group: name("dlq"), topics: [dlq], work: letters.work }).start();
  await letters.came(poison.length);
  const read = letters.tasks.map(({ record }) => record);
  for (const [n, sent] of poison.entries()) {
    const letter = read.find(
      ({ headers }) => JSON.parse(headers["ntf-origin"] ?? "").offset === String(n),
    );
    expect(letter?.key).toEqual(typeof sent.key === "string" ? Buffer.from(sent.key) : sent.key);
    expect(letter?.value).toEqual(
      typeof sent.value === "string" ? Buffer.from(sent.value) : sent.value,
    );
    expect(letter?.headers).toMatchObject({
      ...sent.headers,
      "ntf-reason": "poison",
      "ntf-err-msg": "✗",
    });
  }
});

it("tells lag, age and what it did", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("lane");
  const registry = new Registry();
  const metrics = kafkaMetrics(registry);
  const { send } = await producer({ metrics });
  const read = collectTasks();
  const group = name("g");
  const member = consumer({ group, topics: [topic], work: read.work, metrics });
  await member.start();
  await send(["1", "2", "3"].map((value) => ({ topic, key: value, value, headers: {} })));
  await read.came(3);
  read.tasks[0]?.done();
  await eventually(() => (member.lag()[0]?.oldestAgeMs ?? 0) > 50);
  expect(member.lag()).toMatchObject([{ topic, partition: 0, records: 2 }]);
  const text = await registry.metrics();
  const labels = `group="${group}",topic="${topic}",partition="0"`;
  expect(text).toContain(`pulse_consumer_lag_records{${labels}} 2`);
  expect(text).toMatch(new RegExp(`oldest_record_age_seconds{${labels}} 0\\.\\d`));
  expect(text).toContain(`pulse_consumer_records_total{group="${group}",topic="${topic}"} 3`);
  expect(text).toContain(`pulse_producer_request_records_sum{topic="${topic}"} 3`);
  for (const task of read.tasks) task.done();
  expect(member.lag()).toMatchObject([{ records: 0, oldestAgeMs: 0 }]);
  await member.stop(2_000);
  expect(await registry.metrics()).not.toContain("pulse_consumer_lag_records{");
});
