import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Bucket edges in seconds; every latency objective of the platform is one of them, so it can be read off exactly. */
export const secondsBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

type MetricDefinition<Name extends string, Label extends string> = {
  name: Name;
  help: string;
  labels?: readonly Label[];
};

/**
 * One service's metrics. Defining the same name twice gives the same metric, so parts may be created more than once.
 * Never use ids of recipients, notifications or tenants as labels.
 */
export type Metrics = {
  registry: Registry;
  counter<Label extends string = never>(
    definition: MetricDefinition<`pulse_${string}_total`, Label>,
  ): Counter<Label>;
  /** `collect` runs before each scrape, to set a value that is only read then. */
  gauge<Label extends string = never>(
    definition: MetricDefinition<`pulse_${string}`, Label> & {
      collect?: () => void | Promise<void>;
    },
  ): Gauge<Label>;
  /** Durations need no buckets; a histogram of anything else names its unit and its buckets. */
  histogram<Label extends string = never>(
    definition:
      | (MetricDefinition<`pulse_${string}_seconds`, Label> & { buckets?: number[] })
      | (MetricDefinition<`pulse_${string}`, Label> & { buckets: number[] }),
  ): Histogram<Label>;
};

/**
 * Metrics of their own registry (not the global one: several services may share a process), labelled with the service.
 * CPU, memory, garbage collection and event loop lag are those of the whole process.
 */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  return {
    registry,
    counter: ({ name, help, labels = [] }) =>
      defineOnce(
        counters,
        name,
        () => new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
      ),
    gauge: ({ name, help, labels = [], collect }) =>
      defineOnce(
        gauges,
        name,
        () =>
          new Gauge({
            name,
            help,
            labelNames: [...labels],
            registers: [registry],
            ...(collect && { collect }),
          }),
      ),
    histogram: ({ name, help, labels = [], buckets = secondsBuckets }) =>
      defineOnce(
        histograms,
        name,
        () =>
          new Histogram({ name, help, labelNames: [...labels], buckets, registers: [registry] }),
      ),
  };
}

function defineOnce<T>(known: Map<string, T>, name: string, define: () => T): T {
  const existing = known.get(name);
  if (existing) return existing;
  const metric = define();
  known.set(name, metric);
  return metric;
}
