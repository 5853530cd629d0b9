import type { Kafka } from "./connection.ts";
import type { KafkaMetrics } from "./metrics.ts";
import type { OutRecord, Receipt } from "./record.ts";

export type ProducerOptions = {
  kafka: Kafka;
  metrics?: KafkaMetrics;
  /** How long one `send` may take, waiting for room included; default 10 s. */
  timeoutMs?: number;
  /** Most records held unacknowledged; default 50,000. */
  maxBufferedRecords?: number;
  /** Most bytes held unacknowledged; default 32 MiB. */
  maxBufferedBytes?: number;
};

export type Producer = {
  /**
   * Resolves when every record is acknowledged by all in-sync replicas, receipts in the order of
   * the records. Rejects with a KafkaError when any of them is not known to be written; others of
   * the same call may be.
   * Codes: `kafka_unavailable` (retriable: no acknowledgement in time), `record_too_large`,
   * `unknown_topic`, `producer_closed`.
   */
  send(records: OutRecord[]): Promise<Receipt[]>;
  /** True while connected and the last request succeeded. */
  ready(): boolean;
  /** Sends what is buffered, at most for the time limit of `send`, then disconnects. */
  close(): Promise<void>;
};

export function createProducer(o: ProducerOptions): Promise<Producer> {
  return Promise.reject(new Error(`not ready yet: ${o.timeoutMs}`));
}
