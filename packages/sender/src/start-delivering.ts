import {
  type Channel,
  LANES,
  LANE_TIERS,
  senderTopics,
  type TopicNames,
  topicNames,
} from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import {
  createConsumer,
  createProducer,
  type InRecord,
  type Kafka,
  kafkaMetrics,
} from "@pulsecourier/kafka";
import type { Logger, Metrics } from "@pulsecourier/observability";
import type { Accounts } from "./account.ts";
import { createDueTimes } from "./due-time.ts";
import { createSenderMetrics } from "./sender-metrics.ts";
import type { SenderOptions } from "./sender-options.ts";
import { createSteady } from "./steady.ts";
import type { Stops } from "./stops.ts";
import { watchClock } from "./watch-clock.ts";
import { wireEngine } from "./wire-engine.ts";

export type Surroundings = {
  db: Db;
  kafka: Kafka;
  accounts: Accounts;
  stops: Stops;
  metrics: Metrics;
  logger: Logger;
  /** Our name in the ledger, another one at every start. */
  owner: string;
};

/** Puts the engine between Kafka, ledger and accounts, and starts it. */
export async function startDelivering(options: SenderOptions, s: Surroundings) {
  const { channel, config } = options;
  const { kafka, logger } = s;
  const names = topicNames(config.TOPIC_PREFIX);
  const group = `${config.TOPIC_PREFIX}.sender-${channel}`;
  const stop = new AbortController();
  const onFatal = (err: unknown) => {
    if (stop.signal.aborted) return;
    logger.fatal({ err }, "the sender cannot go on; exiting, so that its partitions move on");
    process.exit(1);
  };
  const metrics = kafkaMetrics(s.metrics.registry);
  const producer = await createProducer({ kafka, metrics });
  const clock = await watchClock({ db: s.db, logger });
  const engine = await wireEngine(options, {
    ...s,
    metrics: createSenderMetrics(s.metrics, channel),
    steady: createSteady({ logger, stopped: stop.signal }),
    producer,
    clock,
    names,
    group,
    onFatal,
  });
  const capacity = config.SEND_CONCURRENCY;
  const consumer = createConsumer({
    kafka,
    group,
    topics: senderTopics(names, channel),
    work: { kind: "tasks", take: (queue) => engine.take(queue), capacity },
    notBefore: createDueTimes({ now: Date.now, aheadMs: clock.aheadMs }),
    ownerOf: tenantOf,
    priority: lanePriority(names, channel),
    logger,
    metrics,
    onFatal,
  });
  clock.onTravel(() => consumer.lookAgain());
  await consumer.start();

  return {
    ready: () => consumer.ready() && producer.ready(),
    async close(deadlineMs: number) {
      await consumer.stop(deadlineMs);
      await clock.close();
      engine.close();
      stop.abort();
      await producer.close();
    },
  };
}

/** The more urgent lane first, its retries with it. */
function lanePriority(names: TopicNames, channel: Channel): (topic: string) => number {
  const priorities = new Map<string, number>();
  for (const [index, lane] of LANES.entries()) {
    const priority = LANES.length - index;
    priorities.set(names.deliveries(channel, lane), priority);
    for (const tier of LANE_TIERS[lane]) priorities.set(names.retry(channel, lane, tier), priority);
  }
  return (topic) => priorities.get(topic) ?? 0;
}

/** Keys of deliveries begin with the tenant. */
function tenantOf({ key }: InRecord): string {
  return key?.toString("latin1", 0, Math.max(0, key.indexOf(":"))) ?? "";
}
