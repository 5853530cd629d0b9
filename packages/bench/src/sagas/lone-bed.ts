import type { DevFile } from "@pulsecourier/cli";
import { type TopicNames, topicNames } from "@pulsecourier/contracts";
import { createDb, type Db } from "@pulsecourier/db";
import {
  createKafka,
  createProducer,
  ensureTopics,
  type Kafka,
  type Producer,
} from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";

const PREFIX = "bench";
/** As many as a platform on one machine has. */
const PARTITIONS = 4;

/** What a service that is measured alone reads and writes: topics of its own, and the platform's database. */
export type LoneBed = {
  db: Db;
  kafka: Kafka;
  producer: Producer;
  topics: TopicNames;
  /** The environment of the service. */
  env: NodeJS.ProcessEnv;
  close: () => Promise<void>;
};

/** Makes the topics where they are missing. */
export async function openLoneBed({ kafka: brokers, database, redis }: DevFile): Promise<LoneBed> {
  const logger = createLogger({ service: "bench", level: "error" });
  const kafka = createKafka({ brokers: brokers.split(","), clientId: "bench", logger });
  const topics = topicNames(PREFIX);
  const used = [topics.sagas, topics.lifecycle, topics.events("normal"), topics.dlq(topics.sagas)];
  await ensureTopics({ kafka, topics: used.map((name) => ({ name, partitions: PARTITIONS })) });
  const producer = await createProducer({ kafka });
  const db = createDb({ url: database, max: 2, onError: () => undefined });
  return {
    db,
    kafka,
    producer,
    topics,
    env: {
      ...process.env,
      LOG_LEVEL: "warn",
      KAFKA_BROKERS: brokers,
      DATABASE_URL: database,
      REDIS_URL: redis,
      TOPIC_PREFIX: PREFIX,
      ORCHESTRATOR_PORT: "0",
      SCHEDULER_PORT: "0",
    },
    async close() {
      await Promise.all([producer.close(), db.close()]);
    },
  };
}
