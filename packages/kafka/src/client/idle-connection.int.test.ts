import { testKafka } from "@pulsecourier/testkit";
import { expect, it, onTestFinished, vi } from "vitest";
import { testCluster } from "../testing/test-cluster.ts";
import { openClient } from "./connection.ts";

it("does not wake while nothing is held back", async () => {
  const { kafka } = testCluster(testKafka().brokers);
  const timer = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => timer.mockRestore());
  const admin = openClient(kafka, { requestTimeoutMs: 10_000, retries: 2 }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  await admin.listTopics();
  // kafkajs armed one of -Date.now() ms after each answer, which fired at once and armed the next.
  expect(timer.mock.calls.filter(([, delay = 0]) => delay <= 1)).toEqual([]);
});
