import { eventually, testKafka } from "@pulsecourier/testkit";
import { expect, it, onTestFinished } from "vitest";
import type { KafkaError } from "../client/error.ts";
import { GroupMember } from "./group-member.ts";
import { testCluster } from "../testing/test-cluster.ts";

const coordinatorNotFound = () =>
  Object.assign(new Error("Failed to find group coordinator"), {
    name: "KafkaJSGroupCoordinatorNotFound",
    retriable: false,
  });

it("what kafkajs gives up on during an outage is joined anew, and reads on where it was", async () => {
  const { kafka, createTopic, producer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("outage");
  const told: string[] = [];
  const ended: KafkaError[] = [];
  let failures = 2;
  const member = new GroupMember({
    kafka,
    group: name("g"),
    topics: [topic],
    owned: () => ({}),
    onJoined: () => told.push("joined"),
    onRebalancing() {},
    onBack() {},
    onCrashed: () => told.push("crashed"),
    onEnded: (error) => ended.push(error),
    onRecords({ records }) {
      // As kafkajs itself throws it when a broker goes away while the group is being joined.
      if (failures-- > 0) throw coordinatorNotFound();
      told.push(...records.map(({ value }) => String(value)));
      return records.at(-1)?.offset;
    },
  });
  onTestFinished(() => member.leave());
  await member.start();
  await (await producer()).send([{ topic, key: "a", value: "v", headers: {} }]);
  await eventually(() => told.includes("v") || ended.length > 0, { timeoutMs: 60_000 });
  expect(ended).toEqual([]);
  // A broker that is new may have made it begin again before it joined first.
  expect(told.slice(told.indexOf("joined"))).toEqual([
    "joined",
    "crashed",
    "joined",
    "crashed",
    "joined",
    "v",
  ]);
}, 90_000);

it("a rebalance that comes to nothing is over with the next heartbeat", async () => {
  const { kafka, createTopic, producer, name } = testCluster(testKafka().brokers);
  const topic = await createTopic("stays");
  const told: string[] = [];
  let failures = 1;
  const member = new GroupMember({
    kafka,
    group: name("g"),
    topics: [topic],
    owned: () => ({}),
    onJoined: () => told.push("joined"),
    onRebalancing() {
      told.push("rebalancing");
      // As kafkajs itself throws it when a broker that has just started is asked to join.
      const loading = { name: "KafkaJSProtocolError", type: "GROUP_LOAD_IN_PROGRESS" };
      throw Object.assign(new Error("The coordinator is loading"), loading, { retriable: true });
    },
    onBack: () => told.push("back"),
    onCrashed: () => told.push("crashed"),
    onEnded: () => told.push("ended"),
    onRecords({ records }) {
      if (failures-- > 0) throw Object.assign(new Error(), { type: "REBALANCE_IN_PROGRESS" });
      return records.at(-1)?.offset;
    },
  });
  onTestFinished(() => member.leave());
  await member.start();
  await eventually(() => told.includes("joined"));
  await (await producer()).send([{ topic, key: "a", value: "v", headers: {} }]);
  await eventually(() => told.includes("back"), { timeoutMs: 30_000 });
  expect(told.slice(told.lastIndexOf("joined"))).toEqual(["joined", "rebalancing", "back"]);
}, 60_000);

it("a commit that is being repeated ends when the group is joined anew, and undoes no later commit", async () => {
  const { kafka, createTopic, producer, name, committed } = testCluster(testKafka().brokers);
  const topic = await createTopic("commits", { partitions: 2 });
  const group = name("g");
  const joined = { a: 0, b: 0 };
  const member = (id: "a" | "b") => {
    const made = new GroupMember({
      kafka,
      group,
      topics: [topic],
      owned: () => ({}),
      onJoined: () => (joined[id] += 1),
      onRebalancing() {},
      onBack() {},
      onCrashed() {},
      onEnded() {},
      onRecords: ({ records }) => records.at(-1)?.offset,
    });
    onTestFinished(() => made.leave());
    return made;
  };
  const record = { topic, key: "k", value: "v", headers: {}, partition: 0 };
  await (await producer()).send([record, record, record, record, record]);
  const [a, b] = [member("a"), member("b")];
  await a.start();
  await eventually(() => joined.a === 1);
  // The broker takes the one and refuses the other in a way that passes: kafkajs repeats both.
  const repeated = a.commit([
    { topic, partition: 0, offset: "1" },
    { topic, partition: 99, offset: "0" },
  ]);
  const refused = expect(repeated).rejects.toThrow();
  await eventually(async () => expect(await committed(group, topic)).toEqual([1, -1]));
  await b.start();
  await eventually(() => joined.a === 2 && joined.b === 1, { timeoutMs: 30_000 });
  await b.commit([{ topic, partition: 0, offset: "5" }]);
  await refused;
  expect(await committed(group, topic)).toEqual([5, -1]);
}, 90_000);
