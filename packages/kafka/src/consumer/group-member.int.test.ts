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
