import { onTestFinished } from "vitest";
import { createKafka, openClient, type Kafka } from "../client/connection.ts";
import { createConsumer, type Consumer, type ConsumerOptions } from "../consumer/consumer.ts";
import type { Logger } from "../client/logger.ts";
import { createProducer, type Producer, type ProducerOptions } from "../producer/producer.ts";
import type { InRecord } from "../records/record.ts";
import { ensureTopics, type TopicSpec } from "../client/topics.ts";
import type { Task, TaskQueue } from "../consumer/work.ts";

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export type TestCluster = {
  kafka: Kafka;
  /** A name nobody else uses. */
  name(part: string): string;
  createTopic(part: string, spec?: Partial<TopicSpec>): Promise<string>;
  producer(o?: Partial<ProducerOptions>): Promise<Producer>;
  consumer(
    o: Omit<ConsumerOptions, "kafka" | "logger" | "onFatal"> & Partial<ConsumerOptions>,
  ): Consumer;
  /** What the group has committed per partition; -1 is nothing. */
  committed(group: string, topic: string): Promise<number[]>;
};

/** Producers and consumers on the run's broker that end with the test. */
export function testCluster(brokers: string): TestCluster {
  const prefix = testPrefix();
  const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger: silent });
  return {
    kafka,
    name: (part) => `${prefix}.${part}`,
    async createTopic(part, spec) {
      const name = `${prefix}.${part}`;
      await ensureTopics({ kafka, topics: [{ name, partitions: 1, ...spec }] });
      return name;
    },
    async producer(o) {
      const producer = await createProducer({ kafka, ...o });
      onTestFinished(() => producer.close());
      return producer;
    },
    consumer(o) {
      const consumer = createConsumer({ kafka, logger: silent, onFatal() {}, ...o });
      onTestFinished(() => consumer.stop(1_500));
      return consumer;
    },
    async committed(group, topic) {
      const admin = openClient(kafka, { requestTimeoutMs: 10_000, retries: 8 }).admin();
      await admin.connect();
      try {
        const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        const partitions = found?.partitions.toSorted((a, b) => a.partition - b.partition) ?? [];
        return partitions.map(({ offset }) => Number(offset));
      } finally {
        await admin.disconnect();
      }
    },
  };
}

function testPrefix(): string {
  return `test-${crypto.randomUUID().slice(0, 8)}`;
}

/** Takes every task and keeps it; `came` resolves when there are `count`, or lets the test time out. */
export function collectTasks(onTask?: (task: Task) => void) {
  const tasks: Task[] = [];
  const waiting = new Set<() => void>();
  function pull(queue: TaskQueue): void {
    for (const task of queue.take(10_000)) {
      tasks.push(task);
      onTask?.(task);
    }
    for (const look of waiting) look();
  }
  return {
    tasks,
    values: () => tasks.map(({ record }) => String(record.value)),
    work: {
      kind: "tasks" as const,
      take: (queue: TaskQueue) => queue.onAvailable(() => pull(queue)),
      capacity: 10_000,
    },
    came: (count: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (tasks.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

export const valueOf = (record: InRecord): string => String(record.value);
