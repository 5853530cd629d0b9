import { setTimeout as wait } from "node:timers/promises";
import type { Admin, ITopicConfig } from "kafkajs";
import { openClient, type Kafka } from "./connection.ts";
import { toKafkaError } from "./kafkajs-error.ts";

/** A topic to have. `config` holds further broker settings by their Kafka names. */
export type TopicSpec = {
  name: string;
  partitions: number;
  retentionMs?: number;
  cleanupPolicy?: "delete" | "compact";
  config?: Record<string, string>;
};

/** `replicationFactor` defaults to the broker's setting. */
export type EnsureTopicsOptions = { kafka: Kafka; topics: TopicSpec[]; replicationFactor?: number };

const REQUEST_TIMEOUT_MS = 30_000;
const BROKER_DEFAULT = -1;
const LEADERS_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/**
 * Creates the topics that do not exist, waits until they have leaders, and leaves the others as
 * they are. Processes may do this at the same time. Rejects with a KafkaError.
 */
export async function ensureTopics(o: EnsureTopicsOptions): Promise<void> {
  const admin = openClient(o.kafka, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: 8 }).admin();
  try {
    await admin.connect();
    await createMissing(admin, o);
    await waitForLeaders(admin, o.topics);
  } catch (thrown) {
    throw toKafkaError(thrown);
  } finally {
    await admin.disconnect();
  }
}

async function createMissing(admin: Admin, o: EnsureTopicsOptions): Promise<void> {
  // A second round, since somebody else may create one of them between the look and the request,
  // which then creates none of its other topics known to this client as created.
  for (let round = 1; ; round += 1) {
    const existing = new Set(await admin.listTopics());
    const missing = o.topics.filter((topic) => !existing.has(topic.name));
    if (missing.length === 0) return;
    try {
      await admin.createTopics({
        topics: missing.map((topic) => toConfig(topic, o.replicationFactor ?? BROKER_DEFAULT)),
        waitForLeaders: true,
        timeout: REQUEST_TIMEOUT_MS,
      });
      return;
    } catch (thrown) {
      if (round === 3) throw thrown;
    }
  }
}

/** Also for topics that somebody else created a moment ago: a client that asks too early fails. */
async function waitForLeaders(admin: Admin, topics: TopicSpec[]): Promise<void> {
  const deadline = performance.now() + LEADERS_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map((topic) => topic.name) });
      return;
    } catch (thrown) {
      if (performance.now() > deadline) throw thrown;
      await wait(LOOK_AGAIN_MS);
    }
  }
}

function toConfig(topic: TopicSpec, replicationFactor: number): ITopicConfig {
  const config: Record<string, string> = {
    ...(topic.retentionMs !== undefined && { "retention.ms": String(topic.retentionMs) }),
    ...(topic.cleanupPolicy !== undefined && { "cleanup.policy": topic.cleanupPolicy }),
    ...topic.config,
  };
  return {
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  };
}
