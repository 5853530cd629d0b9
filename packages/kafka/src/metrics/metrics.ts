/** How far a group is behind on one partition. `oldestAgeMs` is 0 when nothing is unfinished. */
export type PartitionLag = {
  topic: string;
  partition: number;
  records: number;
  oldestAgeMs: number;
};

/** What this package tells a metrics system. */
export type KafkaMetrics = {
  produced(topic: string, records: number, seconds: number): void;
  produceFailed(code: string, records: number): void;
  consumed(group: string, topic: string, records: number): void;
  handlerFailed(group: string): void;
  rebalanced(group: string): void;
  commitFailed(group: string): void;
  /** Registers a source read at each scrape; returns how to remove it. */
  watchLag(group: string, source: () => PartitionLag[]): () => void;
};
