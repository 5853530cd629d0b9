import type { Admin } from "kafkajs";
import { KafkaError } from "../client/error.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";

const MAX_AGE_MS = 300_000;

export type PartitionCounts = {
  /** What is known now; asks again in the background when that is more than 5 minutes old. */
  known(topic: string): number | undefined;
  /** Asks the cluster for the topics not known yet. */
  learn(topics: Iterable<string>): Promise<void>;
};

/** How many partitions each topic has. */
export function createPartitionCounts(admin: Admin): PartitionCounts {
  const counts = new Map<string, { partitions: number; readAt: number }>();
  const asked = new Map<string, Promise<void>>();

  async function read(topic: string): Promise<void> {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions.length ?? 0;
      if (partitions === 0) throw unknownTopic(topic);
      counts.set(topic, { partitions, readAt: performance.now() });
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

  return {
    known(topic) {
      const entry = counts.get(topic);
      if (entry !== undefined && performance.now() - entry.readAt > MAX_AGE_MS) {
        entry.readAt = performance.now();
        // What is known goes on being used; the next round asks again.
        void ask(topic).catch(() => undefined);
      }
      return entry?.partitions;
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
