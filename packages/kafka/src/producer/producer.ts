import type { Message } from "kafkajs";
import { openClient, type Kafka } from "../client/connection.ts";
import { KafkaError } from "../client/error.ts";
import { createHealth } from "../client/health.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";
import type { KafkaMetrics } from "../metrics/metrics.ts";
import { createPartitionCounts } from "./partition-counts.ts";
import { createProduce } from "./produce-together.ts";
import type { OutRecord, Receipt } from "../records/record.ts";
import { SendQueue } from "./send-queue.ts";

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

const REQUEST_TIMEOUT_MS = 10_000;

/** Connects a producer; rejects with a KafkaError when no broker answers within its time limit. */
export async function createProducer(o: ProducerOptions): Promise<Producer> {
  const timeoutMs = o.timeoutMs ?? 10_000;
  const kafka = openClient(o.kafka, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: 2 });
  const admin = kafka.admin();
  const client = kafka.producer({
    allowAutoTopicCreation: false,
    // Partitions are chosen before kafkajs sees a record, so its retries cannot move one.
    createPartitioner: () => chosenPartition,
    // The send queue repeats; kafkajs only gets to refresh its view of the cluster.
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
  });
  await connect([client, admin], performance.now() + timeoutMs);

  const health = createHealth(() => admin.describeCluster());
  const counts = createPartitionCounts(admin);
  const queue = new SendQueue({
    health,
    counts,
    produce: createProduce(client, counts),
    timeoutMs,
    maxRecords: o.maxBufferedRecords ?? 50_000,
    maxBytes: o.maxBufferedBytes ?? 32 * 1024 * 1024,
    ...(o.metrics && { metrics: o.metrics }),
  });
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await queue.drain();
    health.close();
    await Promise.allSettled([client.disconnect(), admin.disconnect()]);
  }

  return {
    send: (records) => queue.send(records),
    ready: () => closing === undefined && health.failure() === undefined,
    close: () => (closing ??= close()),
  };
}

type Connectable = { connect(): Promise<void>; disconnect(): Promise<void> };

/** Asks again until the deadline: a broker may be starting as well. */
async function connect(clients: Connectable[], deadline: number): Promise<void> {
  for (;;) {
    try {
      await Promise.all(clients.map((client) => client.connect()));
      return;
    } catch (thrown) {
      if (performance.now() < deadline) continue;
      await Promise.allSettled(clients.map((client) => client.disconnect()));
      throw toKafkaError(thrown);
    }
  }
}

function chosenPartition({ message }: { message: Message }): number {
  if (message.partition !== undefined) return message.partition;
  throw new KafkaError({
    code: "no_partition",
    kind: "fatal",
    message: "A record reached the client without a partition.",
  });
}
