import type { Admin } from "kafkajs";
import { KafkaError } from "../client/error.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";

const MAX_AGE_MS = 300_000;
/** After leaders were found to be others than known, how soon they are asked for again. */
const ASK_AGAIN_MS = 1_000;

export type PartitionCounts = {
  /** What is known now; asks again in the background when that is more than 5 minutes old. */
  known(topic: string): number | undefined;
  /** Asks the cluster for the topics not known yet. */
  learn(topics: Iterable<string>): Promise<void>;
  /** The id of the broker that leads a partition, as far as is known; it may have changed. */
  leaderOf(topic: string, partition: number): number | undefined;
  /** The leaders known may be others by now: they are asked for in the background, and unknown until then. */
  doubtLeaders(topic: string): void;
};

type Entry = { partitions: number; leaders: ReadonlyMap<number, number>; readAt: number };

/** How many partitions each topic has, and who leads them. */
export function createPartitionCounts(admin: Admin): PartitionCounts {
  const counts = new Map<string, Entry>();
  const asked = new Map<string, Promise<void>>();

  async function read(topic: string): Promise<void> {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      if (partitions.length === 0) throw unknownTopic(topic);
      // A partition that waits for a leader names -1.
      const led = partitions.filter(({ leader }) => leader >= 0);
      const leaders = new Map(led.map(({ partitionId, leader }) => [partitionId, leader]));
      counts.set(topic, { partitions: partitions.length, leaders, readAt: performance.now() });
    } catch (thrown) {
      throw toKafkaError(thrown);
    } finally {
      asked.delete(topic);
    }
  }

  function ask(topic: string): Promise<void> {
    const reading = asked.get(topic) ?? read(topic);
    asked.set(topic, reading);
    return reading;
  }

  /** What is known goes on being used; when nobody answers, the next round asks again. */
  function askIfOlder(topic: string, entry: Entry, ageMs: number): void {
    if (performance.now() - entry.readAt <= ageMs) return;
    entry.readAt = performance.now();
    void ask(topic).catch(() => undefined);
  }

  return {
    known(topic) {
      const entry = counts.get(topic);
      if (entry !== undefined) askIfOlder(topic, entry, MAX_AGE_MS);
      return entry?.partitions;
    },
    leaderOf(topic, partition) {
      const entry = counts.get(topic);
      if (entry?.leaders.size === 0) askIfOlder(topic, entry, ASK_AGAIN_MS);
      return entry?.leaders.get(partition);
    },
    doubtLeaders(topic) {
      const entry = counts.get(topic);
      if (entry !== undefined) entry.leaders = new Map();
    },
    async learn(topics) {
      await Promise.all([...new Set(topics)].filter((topic) => !counts.has(topic)).map(ask));
    },
  };
}

function unknownTopic(topic: string): KafkaError {
  return new KafkaError({
    code: "unknown_topic",
    kind: "retriable",
    message: `Topic ${topic} does not exist; create the topics first.`,
  });
}
