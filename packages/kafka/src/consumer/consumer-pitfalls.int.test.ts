import { eventually, testKafka } from "@pulsecourier/testkit";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import type { KafkaError } from "../client/error.ts";
import type { OutRecord } from "../records/record.ts";
import { collectTasks, silent, testCluster, valueOf } from "../testing/test-cluster.ts";

const keyed = (topic: string, key: string, value: string): OutRecord => ({
  topic,
  key,
  value,
  headers: {},
});
const on = (topic: string, partition: number, value: string): OutRecord => ({
  ...keyed(topic, value, value),
  partition,
});

it("pitfall 4: a handler that throws a TypeError ends nothing; its batch comes again", async () => {
  const { createTopic, producer, consumer, committed, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("throwing");
  const { send } = await producer();
  const attempts: number[] = [];
  const group = name("g");
  const member = consumer({
    group,
    topics: [topic],
    work: {
      kind: "batch",
      maxRecords: 10,
      handle(records, { attempt }) {
        attempts.push(attempt);
        const parsed: { id: number }[] = records.map((record) => JSON.parse(valueOf(record)));
        if (attempt < 3) throw new TypeError(`no id in ${parsed.length} records`);
        return Promise.resolve();
      },
    },
  });
  await member.start();
  await send([keyed(topic, "a", "{}")]);
  await eventually(async () => expect(await committed(group, topic)).toEqual([1]));
  expect(attempts).toEqual([1, 2, 3]);
  await send([keyed(topic, "a", "{}")]);
  await eventually(async () => expect(await committed(group, topic)).toEqual([2]));
  expect(member.ready()).toBe(true);
});

it("pitfalls 5 and 19: what ends kafkajs for good reaches onFatal", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  // The broker compresses with a codec kafkajs does not have.
  const topic = await createTopic("codec", { config: { "compression.type": "zstd" } });
  const fatal: KafkaError[] = [];
  const member = consumer({
    group: name("g"),
    topics: [topic],
    work: collectTasks().work,
    onFatal: (error) => fatal.push(error),
  });
  await member.start();
  await (await producer()).send([keyed(topic, "a", "v")]);
  await eventually(() => fatal.length > 0);
  expect(fatal).toMatchObject([{ code: "consumer_ended", kind: "fatal" }]);
  expect(member.ready()).toBe(false);
});

it("pitfall 8: a record that takes long stalls neither its partition's other keys nor other partitions", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("slow", { partitions: 2 });
  const { send } = await producer();
  const read = collectTasks((task) => {
    if (valueOf(task.record) !== "slow") task.done();
  });
  await consumer({ group: name("g"), topics: [topic], work: read.work }).start();
  await send([{ ...on(topic, 0, "slow"), key: "stuck" }]);
  await read.came(1);
  for (const value of ["a", "b", "c"]) await send([on(topic, 0, value), on(topic, 1, value)]);
  await send([{ ...on(topic, 0, "behind"), key: "stuck" }, on(topic, 0, "last")]);
  await read.came(8);
  expect(read.values()).not.toContain("behind");
  read.tasks[0]?.done();
  await read.came(9);
  expect(read.values()).toContain("behind");
});

it("pitfall 14: a new group begins at the beginning", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("old");
  await (await producer()).send([keyed(topic, "a", "1"), keyed(topic, "b", "2")]);
  const read = collectTasks();
  await consumer({ group: name("g"), topics: [topic], work: read.work }).start();
  await read.came(2);
  expect(read.values()).toEqual(["1", "2"]);
});

it("pitfall 15: commits only the finished prefix; the rest comes again", async () => {
  const { createTopic, producer, consumer, committed, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("prefix");
  const values = ["0", "1", "2", "3", "4"];
  await (await producer()).send(values.map((value) => keyed(topic, value, value)));
  const group = name("g");
  const first = collectTasks((task) => {
    if (valueOf(task.record) !== "2") task.done();
  });
  const member = consumer({ group, topics: [topic], work: first.work });
  await member.start();
  await eventually(async () => expect(await committed(group, topic)).toEqual([2]));
  await member.stop(1_500);
  expect(await committed(group, topic)).toEqual([2]);

  const second = collectTasks((task) => task.done());
  const next = consumer({ group, topics: [topic], work: second.work });
  await next.start();
  await second.came(3);
  expect(second.values()).toEqual(["2", "3", "4"]);
  await next.stop(3_000);
  expect(await committed(group, topic)).toEqual([5]);
});

it("pitfall 16: a resumed topic is read within a second", async () => {
  const { createTopic, producer, consumer, name } = testCluster(testKafka().brokers);
  const [lane, other] = [await createTopic("lane"), await createTopic("other")];
  const { send } = await producer();
  const read = collectTasks((task) => task.done());
  const member = consumer({ group: name("g"), topics: [lane, other], work: read.work });
  await member.start();
  member.pause([lane]);
  await send([keyed(lane, "a", "held back"), keyed(other, "a", "goes on")]);
  await read.came(1);
  await send([keyed(other, "a", "still")]);
  await read.came(2);
  expect(read.values()).toEqual(["goes on", "still"]);
  const resumedAt = Date.now();
  member.resume([lane]);
  await read.came(3);
  expect(read.values().at(-1)).toBe("held back");
  expect(Date.now() - resumedAt).toBeLessThan(1_000);
});

it("pitfalls 22 and 23: a stop keeps its deadline, and what ends after it commits nothing", async () => {
  const { createTopic, producer, consumer, committed, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("stop");
  const { send } = await producer();
  await send([keyed(topic, "a", "1")]);
  const read = collectTasks();
  const group = name("g");
  const member = consumer({ group, topics: [topic], work: read.work });
  await member.start();
  await read.came(1);
  const stoppedAt = Date.now();
  await member.stop(2_000);
  expect(Date.now() - stoppedAt).toBeLessThan(2_600);
  const [task] = read.tasks;
  expect(task?.lost()).toBe(true);
  task?.done();
  await send([keyed(topic, "b", "2")]);
  const next = collectTasks();
  await consumer({ group, topics: [topic], work: next.work }).start();
  await next.came(2);
  expect(read.tasks).toHaveLength(1);
  expect(await committed(group, topic)).toEqual([-1]);
});

it("a stop waits for work in flight and commits it", async () => {
  const { createTopic, producer, consumer, committed, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("drain");
  await (await producer()).send([keyed(topic, "a", "1")]);
  const group = name("g");
  const started = Promise.withResolvers<void>();
  const member = consumer({
    group,
    topics: [topic],
    work: {
      kind: "batch",
      maxRecords: 10,
      async handle() {
        started.resolve();
        await wait(300);
      },
    },
  });
  await member.start();
  await started.promise;
  await member.stop(10_000);
  expect(await committed(group, topic)).toEqual([1]);
  expect(member.ready()).toBe(false);
});

it("pitfall 25: creates no topic by asking for it", async () => {
  const { consumer, name } = testCluster(testKafka().brokers);
  const member = consumer({
    group: name("g"),
    topics: [name("none")],
    work: collectTasks().work,
    logger: silent,
  });
  await expect(member.start()).rejects.toMatchObject({ code: "unknown_topic" });
});
