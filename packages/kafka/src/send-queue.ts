import type { Message } from "kafkajs";
import { KafkaError } from "./error.ts";
import { Fifo } from "./fifo.ts";
import type { Health } from "./health.ts";
import { toKafkaError } from "./kafkajs-error.ts";
import type { KafkaMetrics } from "./metrics.ts";
import type { PartitionCounts } from "./partition-counts.ts";
import { createPartitionSender, type PartitionSender } from "./partition-sender.ts";
import { partitionOfKey } from "./partitioner.ts";
import type { OutRecord, Receipt } from "./record.ts";
import { MAX_RECORD_BYTES, recordSize } from "./record-size.ts";
import { SendCall } from "./send-call.ts";

export type SendQueueOptions = {
  counts: PartitionCounts;
  health: Health;
  /** Writes to one partition and answers the offset of the first record. */
  produce: (to: { topic: string; partition: number }, messages: Message[]) => Promise<bigint>;
  timeoutMs: number;
  maxRecords: number;
  maxBytes: number;
  metrics?: KafkaMetrics;
};

export type SendQueue = {
  send(records: OutRecord[]): Promise<Receipt[]>;
  /** Refuses new calls and resolves when the ones in progress have settled. */
  drain(): Promise<void>;
};

const SWEEP_MS = 50;

/** Spreads calls over the partitions, bounds what is unacknowledged, and ends calls in time. */
export function createSendQueue(o: SendQueueOptions): SendQueue {
  const senders = new Map<string, PartitionSender[]>();
  const held = { records: 0, bytes: 0 };
  const noRoom = new Fifo<SendCall>();
  const open = new Set<SendCall>();
  let turn = 0;
  let closed = false;
  let sweeping: NodeJS.Timeout | undefined;

  function senderOf(topic: string, partition: number): PartitionSender {
    let ofTopic = senders.get(topic);
    if (ofTopic === undefined) senders.set(topic, (ofTopic = []));
    return (ofTopic[partition] ??= createPartitionSender({
      to: { topic, partition },
      produce: o.produce,
      onReleased: release,
      onResult: o.health.report,
      ...(o.metrics && { metrics: o.metrics }),
    }));
  }

  function release(records: number, bytes: number): void {
    held.records -= records;
    held.bytes -= bytes;
    admitWaiting();
  }

  function admitWaiting(): void {
    for (let next = noRoom.peek(); next !== undefined; next = noRoom.peek()) {
      if (next.open && !hasRoom(next)) return;
      noRoom.shift();
      if (next.open) enqueue(next);
    }
  }

  function hasRoom(call: SendCall): boolean {
    if (held.records === 0) return true;
    const records = held.records + call.records.length;
    return records <= o.maxRecords && held.bytes + call.bytes <= o.maxBytes;
  }

  function enqueue(call: SendCall): void {
    held.records += call.records.length;
    held.bytes += call.bytes;
    turn += 1;
    const now = performance.now();
    for (const [index, record] of call.records.entries()) {
      const partition = record.partition ?? partitionFor(record, turn, o.counts);
      senderOf(record.topic, partition).add({ call, index, record }, now);
    }
  }

  function admit(call: SendCall): void {
    if (!call.open) return;
    noRoom.push(call);
    admitWaiting();
  }

  function sweep(): void {
    const now = performance.now();
    for (const call of open) {
      // All calls have one time limit, so they stand in the order of their deadlines.
      if (call.deadline > now) break;
      const error = unacknowledged(o.timeoutMs, o.health.failure());
      call.fail(error);
      o.health.report(o.health.failure() ?? error);
      o.metrics?.produceFailed("kafka_unavailable", call.records.length);
    }
    admitWaiting();
    sweeping = open.size > 0 ? setTimeout(sweep, SWEEP_MS) : undefined;
  }

  function start(records: OutRecord[], sizes: number[]): SendCall {
    const deadline = performance.now() + o.timeoutMs;
    const call = new SendCall({ records, sizes, deadline, onSettled: (c) => open.delete(c) });
    open.add(call);
    sweeping ??= setTimeout(sweep, SWEEP_MS);
    if (records.every((record) => o.counts.known(record.topic) !== undefined)) admit(call);
    else {
      void o.counts.learn(records.map((record) => record.topic)).then(
        () => admit(call),
        (thrown: unknown) => call.fail(toKafkaError(thrown)),
      );
    }
    return call;
  }

  return {
    send(records) {
      if (closed) return Promise.reject(closedError());
      if (records.length === 0) return Promise.resolve([]);
      const sizes = records.map(recordSize);
      const oversize = sizes.findIndex((size) => size > MAX_RECORD_BYTES);
      if (oversize >= 0) return Promise.reject(tooLarge(records[oversize], sizes[oversize]));
      return start(records, sizes).receipts;
    },
    async drain() {
      closed = true;
      await Promise.allSettled([...open].map((call) => call.receipts));
      clearTimeout(sweeping);
    },
  };
}

/** Records without a key of one call stay together, so that they make one request. */
function partitionFor(record: OutRecord, turn: number, counts: PartitionCounts): number {
  const partitions = counts.known(record.topic) ?? 1;
  return record.key === null ? turn % partitions : partitionOfKey(record.key, partitions);
}

function unacknowledged(timeoutMs: number, cause: KafkaError | undefined): KafkaError {
  const why = cause === undefined ? "" : ` (${cause.message})`;
  return new KafkaError({
    code: "kafka_unavailable",
    kind: "retriable",
    message: `No acknowledgement within ${timeoutMs} ms${why}; repeat under the same id.`,
    cause,
  });
}

function tooLarge(record: OutRecord | undefined, size: number | undefined): KafkaError {
  return new KafkaError({
    code: "record_too_large",
    kind: "fatal",
    message: `A record for ${record?.topic} has ${size} bytes; at most ${MAX_RECORD_BYTES} fit.`,
  });
}

function closedError(): KafkaError {
  return new KafkaError({
    code: "producer_closed",
    kind: "fatal",
    message: "The producer is closed; send before closing it.",
  });
}
