import { CE, type Lane, LANES } from "@pulsecourier/contracts";
import {
  type Consumer,
  createConsumer,
  type Kafka,
  type KafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import type { Logger } from "@pulsecourier/observability";
import { routeEvents, type RouterContext } from "./route/route-events.ts";

/**
 * Records a wave takes at most: deciding about many takes long, and what is urgent waits for it. Larger ones are no
 * faster.
 */
const WAVE_RECORDS = 150;
/** Waves at once: while one waits for Kafka another asks Postgres. */
const WAVES = 2;

const PRIORITY: Record<Lane, number> = { critical: 2, normal: 1, bulk: 0 };

/** The router's member of its group: routes the event topics in waves, critical first. */
export function consumeEvents(options: {
  kafka: Kafka;
  producer: Producer;
  context: RouterContext;
  logger: Logger;
  metrics: KafkaMetrics;
}): Consumer {
  const { kafka, producer, context, logger, metrics } = options;
  const lanes = new Map(LANES.map((lane) => [context.topics.events(lane), lane]));
  return createConsumer({
    kafka,
    group: context.group,
    topics: [...lanes.keys()],
    ownerOf: ({ headers }) => headers[CE.tenant] ?? "",
    priority: (topic) => PRIORITY[lanes.get(topic) ?? "normal"],
    work: {
      kind: "batch",
      maxRecords: WAVE_RECORDS,
      concurrency: WAVES,
      handle: async (records) => {
        const finished = context.metrics.wave();
        for await (const chunk of routeEvents(records, context)) await producer.send(chunk);
        finished();
      },
    },
    logger,
    metrics,
    onFatal: (err) => {
      logger.fatal({ err }, "the consumer gave up; exiting so that another router takes over");
      process.exit(1);
    },
  });
}
