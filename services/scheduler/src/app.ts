import { createCatalog } from "@pulsecourier/catalog";
import { topicNames } from "@pulsecourier/contracts";
import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import { createKafka, createProducer, kafkaMetrics, type Producer } from "@pulsecourier/kafka";
import {
  createLogger,
  createMetrics,
  type Logger,
  type Metrics,
} from "@pulsecourier/observability";
import { closeInOrder, type CloseStep, createOpsServer, type Service } from "@pulsecourier/runtime";
import type { SchedulerConfig } from "./config.ts";
import { fireDue, type Fired, fireReleased } from "./fire-due.ts";
import { pollTimers } from "./poll-timers.ts";
import { msUntilNext } from "./due-timers-store.ts";
import { releaseHeld } from "./release-held.ts";
import { pollSchedules } from "./schedules/poll-schedules.ts";
import { watchTimers } from "./watch-timers.ts";

/**
 * Publishes records when they are due: never before by the database's clock, and usually within a second after. Any
 * number of instances share the work. `start` rejects when Kafka cannot be reached.
 */
export async function createScheduler(
  config: SchedulerConfig,
  overrides: { logger?: Logger } = {},
): Promise<Service> {
  const { logger = createLogger({ service: "scheduler", level: config.LOG_LEVEL }) } = overrides;
  const metrics = createMetrics("scheduler");
  const db = createDb({
    url: config.DATABASE_URL,
    max: 5,
    onError: (err) => logger.warn({ err }, "a Postgres connection broke"),
  });
  watchTimers(db, metrics);
  let producer: Producer | null = null;
  const loops: CloseStep[] = [];
  const ops = createOpsServer({
    port: config.SCHEDULER_PORT,
    host: config.HOST,
    metrics,
    ready: async () => [
      { name: "kafka", ok: producer?.ready() === true },
      { name: "postgres", ok: await db.healthy() },
    ],
  });

  async function start() {
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: "scheduler", logger });
    const connected = await createProducer({ kafka, metrics: kafkaMetrics(metrics.registry) });
    producer = connected;
    loops.push(...(await startLoops(config, { db, producer: connected, logger, metrics })));
    return ops.start();
  }

  async function close() {
    ops.drain();
    const steps: CloseStep[] = [
      ...loops,
      ["producer", async () => producer?.close()],
      ["postgres", () => db.close()],
      ["health endpoints", () => ops.close()],
    ];
    await closeInOrder(steps, config.SHUTDOWN_DEADLINE_MS, logger);
  }

  return { name: "scheduler", start, close };
}

/** What fires timers, lets go what was held, and plans the runs of schedules; in the order in which it is closed. */
async function startLoops(
  config: SchedulerConfig,
  own: { db: Db; producer: Producer; logger: Logger; metrics: Metrics },
): Promise<CloseStep[]> {
  const { db, logger, metrics } = own;
  const report = reportTo(metrics);
  const secret = await loadSecret(db, "ids");
  const timers = pollTimers({
    fireDue: () => fireDue(own),
    msUntilNext: () => msUntilNext(db),
    ...report,
    logger,
  });
  const held = releaseHeld({
    db,
    fireReleased: (group) => fireReleased(own, group),
    onFired: report.onFired,
    logger,
  });
  const schedules = pollSchedules({
    db,
    logger,
    metrics,
    secret,
    catalog: createCatalog({ db }),
    topics: topicNames(config.TOPIC_PREFIX),
    publish: () => fireDue(own).then(report.onFired),
  });
  return [
    ["schedules", () => schedules.close()],
    ["timers", () => timers.close()],
    ["held timers", () => held.close()],
  ];
}

function reportTo(metrics: Metrics) {
  const lag = metrics.gauge({
    name: "pulse_scheduler_lag_seconds",
    help: "How long the longest due timer has been due and not fired",
  });
  const fired = metrics.counter({ name: "pulse_scheduler_fired_total", help: "Timers fired" });
  const postponed = metrics.counter({
    name: "pulse_scheduler_postponed_total",
    help: "Timers put off because Kafka refuses their record",
  });
  return {
    onLag: (seconds: number) => lag.set(seconds),
    onFired: (count: Fired) => {
      fired.inc(count.fired);
      postponed.inc(count.postponed);
    },
  };
}
