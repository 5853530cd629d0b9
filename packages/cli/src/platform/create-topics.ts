import { type Topic, topicNames, topicTable } from "@pulsecourier/contracts";
import { createKafka, ensureTopics } from "@pulsecourier/kafka";
import type { Logger } from "@pulsecourier/observability";

export type TopicOptions = {
  brokers: string[];
  prefix: string;
  /** Partitions of event, delivery and lifecycle topics; retry topics get a quarter, dead letters one. */
  partitions: number;
  replication: number;
  logger: Logger;
};

const DAY_MS = 86_400_000;
/** Bodies are at most 1 MiB; dead letters carry headers more than what they were. */
const MIB = 1_048_576;
const RETENTION_MS: Record<Topic["kind"], number> = {
  events: 7 * DAY_MS,
  deliveries: 7 * DAY_MS,
  // The longest tier waits an hour; three days more bridge a long outage.
  retry: 3 * DAY_MS,
  sagas: 7 * DAY_MS,
  lifecycle: 7 * DAY_MS,
  dlq: 30 * DAY_MS,
};

/** Creates every topic that is missing; existing ones are left as they are. */
export async function createTopics(options: TopicOptions): Promise<void> {
  const { brokers, prefix, partitions, replication, logger } = options;
  const kafka = createKafka({ brokers, clientId: "pulse-topics", logger });
  const topics = topicTable(topicNames(prefix)).map(({ name, kind }) => ({
    name,
    partitions: kind === "dlq" ? 1 : kind === "retry" ? Math.ceil(partitions / 4) : partitions,
    retentionMs: RETENTION_MS[kind],
    config: {
      // Acknowledged by all in-sync replicas means little when one may be all of them.
      "min.insync.replicas": String(Math.max(1, replication - 1)),
      "max.message.bytes": String(kind === "dlq" ? 3 * MIB : 2 * MIB),
    },
  }));
  await ensureTopics({ kafka, topics, replicationFactor: replication });
}
