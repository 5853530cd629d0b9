import type { Kafka } from "./connection.ts";
import type { KafkaError } from "./error.ts";
import type { Logger } from "./logger.ts";
import type { KafkaMetrics, PartitionLag } from "./metrics.ts";
import type { InRecord } from "./record.ts";
import type { WorkOptions } from "./work.ts";

export type TopicPartition = { topic: string; partition: number };

export type ConsumerOptions = {
  kafka: Kafka;
  group: string;
  topics: string[];
  work: WorkOptions;
  /** Epoch ms before which a record must not be given out, or null. Due times of one partition ascend. */
  notBefore?: (record: InRecord) => number | null;
  /** Higher is served first; default: all equal. */
  priority?: (topic: string) => number;
  /** Share of the capacity kept for each priority, 0 to 0.5; default 0.1. */
  reservedShare?: number;
  logger: Logger;
  metrics?: KafkaMetrics;
  onAssigned?: (partitions: TopicPartition[]) => void;
  onRevoked?: (partitions: TopicPartition[]) => void;
  /** The consumer has ended for good: exit the process, so that its partitions move on. */
  onFatal: (error: KafkaError) => void;
};

export type Consumer = {
  /** Connects and begins to join; `ready` tells when the group has been joined. */
  start(): Promise<void>;
  /** Takes nothing new, waits for work in flight up to the deadline, commits, leaves the group. */
  stop(deadlineMs: number): Promise<void>;
  ready(): boolean;
  /** Stops fetching and giving out these topics; tasks in flight go on. */
  pause(topics: string[]): void;
  resume(topics: string[]): void;
  lag(): PartitionLag[];
};

export function createConsumer(o: ConsumerOptions): Consumer {
  throw new Error(`not ready yet: ${o.group}`);
}
