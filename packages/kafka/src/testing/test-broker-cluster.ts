import { startKafkaCluster, type KafkaCluster } from "@pulsecourier/embedded";
import type { Admin } from "kafkajs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKafka, openClient } from "../client/connection.ts";
import { collectTasks, silent, testCluster, type TestCluster } from "./test-cluster.ts";

export type Node = KafkaCluster["nodes"][number];

export type BrokerCluster = {
  /** A fresh prefix for topics and groups. */
  forTest(): TestCluster;
  admin: Admin;
  nodes: readonly Node[];
  leaderOf(topic: string, partition: number): Promise<Node>;
  /** Who coordinates the group: the leader of its partition of the committed offsets. */
  coordinatorOf(group: string): Promise<Node>;
  /** Resolves when every partition's replicas are all in sync. */
  healed(topic: string): Promise<boolean>;
  /** The whole log: `partition/offset` to value. */
  readLog(topic: string): Promise<Map<string, string>>;
  close(): Promise<void>;
};

const OFFSETS_TOPIC = "__consumer_offsets";

/** Java's `String.hashCode`. */
function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** Three brokers; topics have three replicas and a write needs two of them. */
export async function startBrokerCluster(): Promise<BrokerCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), "pulse-cluster-"));
  const { brokers, nodes, close } = await startKafkaCluster({ dataDir, brokers: 3 });
  const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger: silent });
  const admin = openClient(kafka, { requestTimeoutMs: 5_000, retries: 8 }).admin();
  await admin.connect();

  async function partitionsOf(topic: string) {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions ?? [];
  }

  async function leaderOf(topic: string, partition: number): Promise<Node> {
    const found = (await partitionsOf(topic)).find((p) => p.partitionId === partition);
    const node = nodes.find(({ id }) => id === found?.leader);
    if (node === undefined) throw new Error(`${topic}[${partition}] has no leader`);
    return node;
  }

  return {
    admin,
    nodes,
    forTest: () => testCluster(brokers),
    leaderOf,
    async coordinatorOf(group) {
      const { length } = await partitionsOf(OFFSETS_TOPIC);
      return leaderOf(OFFSETS_TOPIC, (javaHash(group) & 0x7fffffff) % length);
    },
    async healed(topic) {
      return (await partitionsOf(topic)).every(({ isr }) => isr.length === nodes.length);
    },
    async readLog(topic) {
      const ends = await admin.fetchTopicOffsets(topic);
      const read = collectTasks((task) => task.done());
      const cluster = testCluster(brokers);
      const reader = cluster.consumer({
        group: cluster.name("log"),
        topics: [topic],
        work: read.work,
      });
      await reader.start();
      await read.came(ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0));
      await reader.stop(1_500);
      return new Map(
        read.tasks.map(({ record: r }) => [`${r.partition}/${r.offset}`, String(r.value)]),
      );
    },
    async close() {
      await admin.disconnect();
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
