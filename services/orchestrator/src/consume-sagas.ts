import type { InboxOwner } from "@pulsecourier/db";
import {
  type Consumer,
  createConsumer,
  type Kafka,
  type KafkaMetrics,
  type Producer,
} from "@pulsecourier/kafka";
import type { Logger } from "@pulsecourier/observability";
import { type AdvanceContext, advanceSagas } from "./advance-sagas.ts";

/** Inputs a batch takes at most, and batches at once: while one waits for Postgres another is decided. */
const BATCH = 200;
const CONCURRENCY = 2;

/** The orchestrator's member of its group. `onCommitted` hears of each batch, and of the inboxes it changed. */
export function consumeSagas(o: {
  kafka: Kafka;
  producer: Producer;
  context: AdvanceContext;
  onCommitted: (inboxes: readonly InboxOwner[]) => void;
  logger: Logger;
  metrics: KafkaMetrics;
}): Consumer {
  const { context, logger } = o;
  return createConsumer({
    kafka: o.kafka,
    group: context.group,
    topics: [context.topics.sagas],
    work: {
      kind: "batch",
      maxRecords: BATCH,
      concurrency: CONCURRENCY,
      handle: async (records) => {
        const { letters, inboxes } = await advanceSagas(records, context);
        o.onCommitted(inboxes);
        if (letters.length > 0) await o.producer.send(letters);
      },
    },
    logger,
    metrics: o.metrics,
    onFatal: (err) => {
      logger.fatal(
        { err },
        "the consumer gave up; exiting so that another orchestrator takes over",
      );
      process.exit(1);
    },
  });
}
