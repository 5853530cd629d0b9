export { createKafka, type Kafka } from "./connection.ts";
export {
  createConsumer,
  type Consumer,
  type ConsumerOptions,
  type TopicPartition,
} from "./consumer.ts";
export { deadLetter, type DeadLetterOptions, type DeadLetterReason } from "./dead-letter.ts";
export { KafkaError, type KafkaErrorKind } from "./error.ts";
export * from "./headers.ts";
export type { Logger } from "./logger.ts";
export type { KafkaMetrics, PartitionLag } from "./metrics.ts";
export { kafkaMetrics } from "./prometheus-metrics.ts";
export { createProducer, type Producer, type ProducerOptions } from "./producer.ts";
export type { Headers, InRecord, OutRecord, Receipt } from "./record.ts";
export { ensureTopics, type EnsureTopicsOptions, type TopicSpec } from "./topics.ts";
export type { Task, TaskQueue, WorkContext, WorkOptions } from "./work.ts";
