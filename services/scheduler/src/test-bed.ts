import { topicNames } from "@pulsecourier/contracts";
import { createDb } from "@pulsecourier/db";
import { createConsumer, createKafka, ensureTopics, type InRecord } from "@pulsecourier/kafka";
import { createLogger } from "@pulsecourier/observability";
import { parseConfig, type Service } from "@pulsecourier/runtime";
import { eventually, testDatabase, testKafka } from "@pulsecourier/testkit";
import { createScheduler } from "./app.ts";
import { schedulerConfig } from "./config.ts";

export type TestBed = Awaited<ReturnType<typeof openTestBed>>;

/** A database and a topic of events of a test's own, whatever comes out of that, and schedulers between them. */
export async function openTestBed() {
  const logger = createLogger({ service: "scheduler", level: "silent" });
  const { brokers, topicPrefix } = testKafka();
  const kafka = createKafka({ brokers: brokers.split(","), clientId: "test", logger });
  const topics = topicNames(topicPrefix);
  const topic = topics.events("normal");
  const database = await testDatabase();
  const db = createDb({ url: database.url, max: 4, onError() {} });
  await ensureTopics({ kafka, topics: [{ name: topic, partitions: 2 }] });
  const received: InRecord[] = [];
  const handle = async (records: InRecord[]) => void received.push(...records);
  const consumer = createConsumer({
    kafka,
    group: `${topicPrefix}.test`,
    topics: [topic],
    logger,
    work: { kind: "batch", maxRecords: 500, handle },
    onFatal() {},
  });
  await consumer.start();
  await eventually(() => consumer.ready());
  /** Closed with the bed, the last first. */
  const open: { close(): Promise<void> }[] = [{ close: () => consumer.stop(1_500) }];

  async function startScheduler(): Promise<Service> {
    const config = parseConfig(schedulerConfig, {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: brokers,
      TOPIC_PREFIX: topicPrefix,
      SCHEDULER_PORT: "0",
    });
    const scheduler = await createScheduler(config, { logger });
    await scheduler.start();
    open.push(scheduler);
    return scheduler;
  }

  async function close(): Promise<void> {
    for (const one of open.toReversed()) await one.close();
    await db.close();
    await database.close();
  }

  return { db, kafka, topics, topic, topicPrefix, received, open, logger, startScheduler, close };
}
