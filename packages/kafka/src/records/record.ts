/** Header names and values as text; Kafka stores UTF-8 bytes. */
export type Headers = Record<string, string>;

/**
 * A record to write. `key` decides the partition (murmur2, as the Java client does) unless
 * `partition` is given; records without a key go to partitions in turn.
 */
export type OutRecord = {
  topic: string;
  key: string | Buffer | null;
  value: Buffer | string | null;
  headers: Headers;
  partition?: number;
};

/** A record as read. `timestamp` is epoch milliseconds. */
export type InRecord = {
  topic: string;
  partition: number;
  offset: bigint;
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Headers;
};

/** Where an acknowledged record stands. `offset` is decimal text. */
export type Receipt = { topic: string; partition: number; offset: string };
