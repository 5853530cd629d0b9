export { createKafka, type Kafka } from "./client/connection.ts";
export {
  createConsumer,
  type Consumer,
  type ConsumerOptions,
  type TopicPartition,
} from "./consumer/consumer.ts";
export {
  deadLetter,
  type DeadLetterOptions,
  type DeadLetterReason,
} from "./records/dead-letter.ts";
export { KafkaError, type KafkaErrorKind } from "./client/error.ts";
export * from "./records/headers.ts";
export type { Logger } from "./client/logger.ts";
export type { KafkaMetrics, PartitionLag } from "./metrics/metrics.ts";
export { kafkaMetrics } from "./metrics/prometheus-metrics.ts";
export { createProducer, type Producer, type ProducerOptions } from "./producer/producer.ts";
export type { Headers, InRecord, OutRecord, Receipt } from "./records/record.ts";
export { ensureTopics, type EnsureTopicsOptions, type TopicSpec } from "./client/topics.ts";
export type { Task, TaskQueue, WorkContext, WorkOptions } from "./consumer/work.ts";
