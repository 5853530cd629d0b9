import { startEmbedded, type EmbeddedServer } from "@pulsecourier/embedded";
import { eventually } from "@pulsecourier/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { collectTasks, testCluster, valueOf, type TestCluster } from "./test-cluster.ts";

let broker: EmbeddedServer;
let brokers: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "pulse-broker-"));
  const embedded = await startEmbedded({
    dataDir,
    postgres: false,
    redis: false,
    preferredPorts: { kafka: 0 },
  });
  if (embedded.kafka === undefined) throw new Error("no broker was started");
  broker = embedded.kafka;
  brokers = embedded.kafka.brokers;
  close = async () => {
    await embedded.close();
    await rm(dataDir, { recursive: true, force: true });
  };
});
afterAll(() => close());

type Outcome = { acknowledged: Set<string>; refused: string[]; stop: () => Promise<void> };

/** Sends numbered records one by one, a few at once, until stopped. */
async function keepSending(
  cluster: TestCluster,
  topic: string,
  timeoutMs: number,
): Promise<Outcome> {
  const producer = await cluster.producer({ timeoutMs });
  const outcome = { acknowledged: new Set<string>(), refused: [] as string[] };
  let next = 0;
  let stopped = false;
  async function run(): Promise<void> {
    while (!stopped) {
      const value = String(next++);
      const sent = producer.send([{ topic, key: value, value, headers: {} }]);
      await sent.then(
        () => outcome.acknowledged.add(value),
        (error: { code?: string }) => outcome.refused.push(error.code ?? "none"),
      );
    }
  }
  const runs = Promise.all(Array.from({ length: 8 }, run));
  return {
    ...outcome,
    async stop() {
      stopped = true;
      await runs;
    },
  };
}

it("a killed and restarted broker loses nothing acknowledged; producer and consumer go on by themselves", async () => {
  const cluster = testCluster(brokers);
  const topic = await cluster.createTopic("killed", { partitions: 4 });
  const read = collectTasks((task) => task.done());
  const member = cluster.consumer({ group: cluster.name("g"), topics: [topic], work: read.work });
  await member.start();
  const { acknowledged, refused, stop } = await keepSending(cluster, topic, 20_000);
  await eventually(() => acknowledged.size > 500);

  await broker.kill("SIGKILL");
  await broker.start();
  const restarted = Date.now();
  const before = acknowledged.size;
  await eventually(() => acknowledged.size > before + 500, { timeoutMs: 20_000 });
  expect(Date.now() - restarted).toBeLessThan(10_000);
  await stop();
  await eventually(
    () => {
      const values = new Set(read.tasks.map((task) => valueOf(task.record)));
      expect([...acknowledged].filter((value) => !values.has(value))).toEqual([]);
    },
    { timeoutMs: 20_000 },
  );
  expect(refused).toEqual([]);
  await eventually(() => member.ready());
});

it("a broker that hangs makes send fail in time, and nothing doubles silently afterwards", async () => {
  const cluster = testCluster(brokers);
  const topic = await cluster.createTopic("stopped", { partitions: 2 });
  const producer = await cluster.producer({ timeoutMs: 1_500 });
  const record = (value: string) => [{ topic, key: value, value, headers: {} }];
  await producer.send(record("before"));

  await broker.kill("SIGSTOP");
  const startedAt = Date.now();
  const refused = await Promise.allSettled(
    ["a", "b", "c"].map((value) => producer.send(record(value))),
  );
  expect(Date.now() - startedAt).toBeLessThan(2_500);
  expect(refused.map((result) => result.status === "rejected" && result.reason.code)).toEqual(
    Array(3).fill("kafka_unavailable"),
  );
  await broker.kill("SIGCONT");

  await eventually(() => producer.send(record("after")));
  const read = collectTasks((task) => task.done());
  await cluster.consumer({ group: cluster.name("g"), topics: [topic], work: read.work }).start();
  await eventually(() => read.values().includes("after"));
  expect(read.values().filter((value) => value === "before")).toHaveLength(1);
  expect(read.values().filter((value) => value === "a").length).toBeLessThanOrEqual(1);
});
