import { eventually, testKafka } from "@pulsecourier/testkit";
import { expect, it, onTestFinished } from "vitest";
import { openClient } from "../client/connection.ts";
import { testCluster } from "../testing/test-cluster.ts";
import { createPartitionCounts } from "./partition-counts.ts";

it("knows the leaders, doubts them when told, and asks until it knows them again", async () => {
  const { kafka, createTopic } = testCluster(testKafka().brokers);
  const topic = await createTopic("led", { partitions: 3 });
  const admin = openClient(kafka, { requestTimeoutMs: 10_000, retries: 2 }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const counts = createPartitionCounts(admin);
  expect(counts.leaderOf(topic, 0)).toBeUndefined();
  await counts.learn([topic]);
  expect(counts.known(topic)).toBe(3);
  const leader = counts.leaderOf(topic, 2);
  expect(leader).toBeGreaterThanOrEqual(0);
  counts.doubtLeaders(topic);
  expect(counts.leaderOf(topic, 2)).toBeUndefined();
  expect(counts.known(topic)).toBe(3);
  await eventually(() => expect(counts.leaderOf(topic, 2)).toBe(leader));
});
