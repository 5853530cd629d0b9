import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { KafkaMetrics, PartitionLag } from "./metrics.ts";

/** Edges in seconds around what a local write, a replicated one and an ailing broker take. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REQUEST_RECORDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const made = new WeakMap<Registry, KafkaMetrics>();

/** Kafka's metrics in a prom-client registry; the same ones when asked again for that registry. */
export function kafkaMetrics(registry: Registry): KafkaMetrics {
  const metrics = made.get(registry) ?? register(registry);
  made.set(registry, metrics);
  return metrics;
}

function register(registry: Registry): KafkaMetrics {
  const registers = [registry];
  const seconds = new Histogram({
    name: "pulse_producer_request_seconds",
    help: "Time a produce request took until all in-sync replicas had it",
    labelNames: ["topic"],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const records = new Histogram({
    name: "pulse_producer_request_records",
    help: "Records in a produce request",
    labelNames: ["topic"],
    buckets: REQUEST_RECORDS,
    registers,
  });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const failed = counter("pulse_producer_failed_records_total", "Records not known to be written", [
    "code",
  ]);
  const consumed = counter("pulse_consumer_records_total", "Records fetched", ["group", "topic"]);
  const rejected = counter("pulse_consumer_handler_failures_total", "Batches to be repeated", [
    "group",
  ]);
  const rebalances = counter("pulse_consumer_rebalances_total", "Assignments received", ["group"]);
  const commits = counter("pulse_consumer_commit_failures_total", "Commits to be repeated", [
    "group",
  ]);

  return {
    produced(topic, count, took) {
      seconds.observe({ topic }, took);
      records.observe({ topic }, count);
    },
    produceFailed: (code, count) => failed.inc({ code }, count),
    consumed: (group, topic, count) => consumed.inc({ group, topic }, count),
    handlerFailed: (group) => rejected.inc({ group }),
    rebalanced: (group) => rebalances.inc({ group }),
    commitFailed: (group) => commits.inc({ group }),
    watchLag: registerLag(registry),
  };
}

/** Gauges read at each scrape; a partition no longer ours disappears from them. */
function registerLag(registry: Registry): KafkaMetrics["watchLag"] {
  const sources = new Map<() => PartitionLag[], string>();
  const labelNames = ["group", "topic", "partition"] as const;

  function gauge(name: string, help: string, read: (lag: PartitionLag) => number): void {
    const metric = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        metric.reset();
        for (const [source, group] of sources) {
          for (const lag of source()) {
            metric.set({ group, topic: lag.topic, partition: lag.partition }, read(lag));
          }
        }
      },
    });
  }

  gauge(
    "pulse_consumer_lag_records",
    "Records not finished, to the end of the log",
    (l) => l.records,
  );
  gauge(
    "pulse_consumer_oldest_record_age_seconds",
    "Age of the oldest unfinished record that is due",
    (l) => l.oldestAgeMs / 1_000,
  );
  return (group, source) => {
    sources.set(source, group);
    return () => sources.delete(source);
  };
}
