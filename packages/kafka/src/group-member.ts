import type { Batch, Consumer as KafkaJsConsumer, IHeaders, KafkaMessage } from "kafkajs";
import { openClient, type Kafka } from "./connection.ts";
import { KafkaError } from "./error.ts";
import { toKafkaError } from "./kafkajs-error.ts";
import type { Headers, InRecord } from "./record.ts";
import { watchSilence } from "./watch-silence.ts";

export type GroupMemberOptions = {
  kafka: Kafka;
  group: string;
  topics: string[];
  /** A new assignment: topic to partitions. Another member id means that nothing was kept. */
  onJoined: (memberId: string, assignment: Record<string, number[]>) => void;
  /** The assignment is about to change. */
  onRebalancing: () => void;
  /** Everything was lost; the member joins again by itself. */
  onCrashed: () => void;
  /** The member is gone for good. */
  onEnded: (error: KafkaError) => void;
  /** Answers the offset up to which the records are kept. Must not throw. */
  onRecords: (topic: string, partition: number, records: InRecord[], end: bigint) => bigint | undefined;
};

export type Commit = { topic: string; partition: number; offset: string };

export type GroupMember = {
  start(): Promise<void>;
  /** True while the broker answers. */
  fetches(): boolean;
  commit(offsets: Commit[]): Promise<void>;
  setFetching(topic: string, partition: number, on: boolean): void;
  leave(): Promise<void>;
};

const REQUEST_TIMEOUT_MS = 30_000;
const RETRIES = 8;
/** Every fetch, join and restart is a sign of life; without one for this long kafkajs hangs. */
const SILENCE_MS = 120_000;
/** A fetch ends within 250 ms when the broker answers. */
const FETCH_STALE_MS = 5_000;

/** kafkajs as a fetcher: hands over what it reads and never waits for work, so it always heartbeats. */
export function createGroupMember(o: GroupMemberOptions): GroupMember {
  const kafka = openClient(o.kafka, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retries: RETRIES });
  const client = kafka.consumer({
    groupId: o.group,
    sessionTimeout: 10_000,
    heartbeatInterval: 3_000,
    rebalanceTimeout: 30_000,
    maxWaitTimeInMs: 250,
    maxBytes: 1_024 * 1_024,
    maxBytesPerPartition: 256 * 1_024,
    allowAutoTopicCreation: false,
    retry: { retries: RETRIES, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  let running = false;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const life = watchSilence(SILENCE_MS, () => end(stalled(o.group)));

  function end(error: KafkaError): void {
    life.stop();
    if (running) o.onEnded(error);
    running = false;
  }

  function listen(): void {
    const { GROUP_JOIN, REBALANCING, CRASH, FETCH_START, FETCH } = client.events;
    client.on(FETCH_START, life.sign);
    client.on(FETCH, () => {
      fetchedAt = performance.now();
    });
    client.on(GROUP_JOIN, ({ payload }) => {
      life.sign();
      fetchedAt = performance.now();
      if (running) o.onJoined(payload.memberId, payload.memberAssignment);
    });
    client.on(REBALANCING, () => {
      life.sign();
      if (running) o.onRebalancing();
    });
    client.on(CRASH, ({ payload }) => {
      life.sign();
      if (!running) return;
      o.onCrashed();
      if (!payload.restart) end(crashed(o.group, payload.error));
    });
  }

  return {
    async start() {
      running = true;
      listen();
      try {
        await client.connect();
        await client.subscribe({ topics: o.topics, fromBeginning: true });
        await client.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: ({ batch, resolveOffset }) => {
            const kept = handOver(batch, o);
            if (kept !== undefined) resolveOffset(kept.toString());
            return Promise.resolve();
          },
        });
      } catch (thrown) {
        running = false;
        life.stop();
        throw toKafkaError(thrown);
      }
    },
    fetches: () => performance.now() - fetchedAt < FETCH_STALE_MS,
    async commit(offsets) {
      try {
        await client.commitOffsets(offsets);
      } catch (thrown) {
        throw toKafkaError(thrown);
      }
    },
    setFetching(topic, partition, on) {
      // After a crash there is nothing to pause until the next assignment, which says it anew.
      if (running) switchFetching(client, { topic, partitions: [partition] }, on);
    },
    async leave() {
      running = false;
      life.stop();
      await client.disconnect();
    },
  };
}

function switchFetching(
  client: KafkaJsConsumer,
  partitions: { topic: string; partitions: number[] },
  on: boolean,
): void {
  if (on) client.resume([partitions]);
  else client.pause([partitions]);
}

function handOver(batch: Batch, o: GroupMemberOptions): bigint | undefined {
  const { topic, partition } = batch;
  const records = batch.messages.map((message) => toRecord(topic, partition, message));
  return o.onRecords(topic, partition, records, BigInt(batch.highWatermark));
}

function toRecord(topic: string, partition: number, message: KafkaMessage): InRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
  };
}

/** Of a repeated header the last value counts. */
function toHeaders(raw: IHeaders | undefined): Headers {
  const headers: Headers = {};
  for (const name in raw) {
    const given = raw[name];
    const value = Array.isArray(given) ? given.at(-1) : given;
    headers[name] = value?.toString() ?? "";
  }
  return headers;
}

function crashed(group: string, cause: Error): KafkaError {
  return new KafkaError({
    code: "consumer_ended",
    kind: "fatal",
    message: `The consumer of ${group} gave up: ${cause.message}. Restart the process.`,
    cause,
  });
}

function stalled(group: string): KafkaError {
  return new KafkaError({
    code: "consumer_stalled",
    kind: "fatal",
    message: `The consumer of ${group} gave no sign for ${SILENCE_MS} ms. Restart the process.`,
  });
}
