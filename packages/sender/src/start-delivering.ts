import { createCatalog } from "@pulsecourier/catalog";
import { LANES, LANE_TIERS, senderTopics, TIER_DELAY_MS, type Tier, topicNames } from "@pulsecourier/contracts";
import { type Db, loadSecret } from "@pulsecourier/db";
import {
  createConsumer,
  createProducer,
  HEADER_NOT_BEFORE,
  type InRecord,
  type Kafka,
  kafkaMetrics,
} from "@pulsecourier/kafka";
import type { Logger, Metrics } from "@pulsecourier/observability";
import type { Accounts } from "./account.ts";
import { carryOut } from "./carry-out.ts";
import { createEngine } from "./engine.ts";
import { createFacts } from "./facts.ts";
import { createLedgerStore } from "./ledger-store.ts";
import { createSenderMetrics } from "./sender-metrics.ts";
import type { SenderOptions } from "./sender-options.ts";
import { createSteady } from "./steady.ts";
import { insertTimers } from "./timer-store.ts";

/** A claim outlives its call by this, ms. */
const LEASE_BEYOND_CALL_MS = 5_000;

export type Surroundings = {
  db: Db;
  kafka: Kafka;
  accounts: Accounts;
  metrics: Metrics;
  logger: Logger;
  /** Our name in the ledger, another one at every start. */
  owner: string;
};

/** Wires the engine between Kafka, ledger and accounts, and starts it. */
export async function startDelivering(options: SenderOptions, s: Surroundings) {
  const { channel, config, overrides = {} } = options;
  const { db, logger, accounts, owner } = s;
  const names = topicNames(config.TOPIC_PREFIX);
  const group = `${config.TOPIC_PREFIX}.sender-${channel}`;
  const stop = new AbortController();
  const steady = createSteady({ logger, stopped: stop.signal });
  const onFatal = (error: unknown) => {
    if (stop.signal.aborted) return;
    logger.fatal({ err: error }, "the sender cannot go on; exiting, so that its partitions move on");
    process.exit(1);
  };
  const secret = await loadSecret(db, "ids");
  const prepare = await options.prepare?.({ db });
  const producer = await createProducer({ kafka: s.kafka, metrics: kafkaMetrics(s.metrics.registry) });

  const metrics = createSenderMetrics(s.metrics, channel);
  const tierDelayMs = overrides.tierDelayMs ?? ((tier: Tier) => TIER_DELAY_MS[tier]);
  const { atStep } = overrides;
  const callTimeoutMs = config.CALL_TIMEOUT_MS;
  const leaseMs = callTimeoutMs + LEASE_BEYOND_CALL_MS;
  const render = { ...options, catalog: createCatalog({ db }), prepare };
  const engine = createEngine({
    ...{ channel, slots: config.SEND_CONCURRENCY, owner, leaseMs, accounts, producer, metrics, steady, atStep, onFatal },
    ledger: createLedgerStore(db, { owner, leaseMs }),
    carryOut: (work) => carryOut(work, { accounts, render, callTimeoutMs, tierDelayMs, metrics, steady, atStep }),
    insertTimers: (timers) => insertTimers(db, timers),
    followUps: { facts: createFacts({ secret, channel, names }), names, channel, group, tierDelayMs },
  });

  const topics = senderTopics(names, channel);
  const priorities = new Map(
    LANES.flatMap((lane, index) => {
      const ofLane = [names.deliveries(channel, lane), ...LANE_TIERS[lane].map((tier) => names.retry(channel, lane, tier))];
      return ofLane.map((topic) => [topic, LANES.length - index] as const);
    }),
  );
  const consumer = createConsumer({
    kafka: s.kafka,
    group,
    topics,
    work: { kind: "tasks", take: (queue) => engine.take(queue), capacity: config.SEND_CONCURRENCY },
    notBefore,
    priority: (topic) => priorities.get(topic) ?? 0,
    logger,
    metrics: kafkaMetrics(s.metrics.registry),
    onFatal,
  });
  await consumer.start();

  return {
    ready: () => consumer.ready() && producer.ready(),
    async close(deadlineMs: number) {
      await consumer.stop(deadlineMs);
      engine.close();
      stop.abort();
      await producer.close();
    },
  };
}

function notBefore(record: InRecord): number | null {
  const due = Number(record.headers[HEADER_NOT_BEFORE]);
  return Number.isFinite(due) ? due : null;
}
