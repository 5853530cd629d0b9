import { KafkaError } from "../client/error.ts";
import { Fifo } from "../fifo.ts";
import type { Health } from "../client/health.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";
import type { KafkaMetrics } from "../metrics/metrics.ts";
import type { PartitionCounts } from "./partition-counts.ts";
import type { Produce } from "./produce-together.ts";
import { PartitionSender } from "./partition-sender.ts";
import { partitionOfKey } from "./partitioner.ts";
import type { OutRecord, Receipt } from "../records/record.ts";
import { MAX_RECORD_BYTES, recordSize } from "./record-size.ts";
import { SendCall } from "./send-call.ts";

export type SendQueueOptions = {
  counts: Pick<PartitionCounts, "known" | "learn">;
  health: Health;
  produce: Produce;
  timeoutMs: number;
  maxRecords: number;
  maxBytes: number;
  metrics?: KafkaMetrics;
};

const SWEEP_MS = 50;

/** Spreads calls over the partitions, bounds what is unacknowledged, and ends calls in time. */
export class SendQueue {
  readonly #o: SendQueueOptions;
  readonly #senders = new Map<string, PartitionSender[]>();
  readonly #held = { records: 0, bytes: 0 };
  readonly #noRoom = new Fifo<SendCall>();
  /** In the order of their deadlines, since all calls have one time limit. */
  readonly #open = new Set<SendCall>();
  #turn = 0;
  #closed = false;
  #sweeping: NodeJS.Timeout | undefined;
  #leaving = false;

  constructor(o: SendQueueOptions) {
    this.#o = o;
  }

  send(records: OutRecord[]): Promise<Receipt[]> {
    if (this.#closed) return Promise.reject(closedError());
    if (records.length === 0) return Promise.resolve([]);
    const sizes = records.map(recordSize);
    const oversize = sizes.findIndex((size) => size > MAX_RECORD_BYTES);
    if (oversize >= 0) return Promise.reject(tooLarge(records[oversize], sizes[oversize]));
    const call = new SendCall({
      records,
      sizes,
      deadline: performance.now() + this.#o.timeoutMs,
      onSettled: () => this.#open.delete(call),
    });
    this.#open.add(call);
    this.#sweeping ??= setTimeout(() => this.#sweep(), SWEEP_MS);
    this.#start(call);
    return call.receipts;
  }

  /** Refuses new calls and resolves when the ones in progress have settled. */
  async drain(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#open].map((call) => call.receipts));
    clearTimeout(this.#sweeping);
  }

  #start(call: SendCall): void {
    const { counts } = this.#o;
    if (call.records.every((record) => counts.known(record.topic) !== undefined)) {
      this.#admit(call);
      return;
    }
    void counts.learn(call.records.map((record) => record.topic)).then(
      () => this.#admit(call),
      (thrown: unknown) => {
        const error = toKafkaError(thrown);
        if (error.code !== "unknown_topic") this.#o.health.report(error);
        call.fail(error);
      },
    );
  }

  #admit(call: SendCall): void {
    this.#noRoom.push(call);
    this.#admitWaiting();
  }

  #admitWaiting(): void {
    for (let next = this.#noRoom.peek(); next !== undefined; next = this.#noRoom.peek()) {
      if (next.open && !this.#hasRoom(next)) return;
      this.#noRoom.shift();
      if (next.open) this.#enqueue(next);
    }
  }

  #hasRoom(call: SendCall): boolean {
    const { records, bytes } = this.#held;
    if (records === 0) return true;
    return (
      records + call.records.length <= this.#o.maxRecords && bytes + call.bytes <= this.#o.maxBytes
    );
  }

  #enqueue(call: SendCall): void {
    this.#held.records += call.records.length;
    this.#held.bytes += call.bytes;
    this.#turn += 1;
    const now = performance.now();
    for (const [index, record] of call.records.entries()) {
      const partition = record.partition ?? partitionFor(record, this.#turn, this.#o.counts);
      this.#senderOf(record.topic, partition).add({ call, index, record }, now);
    }
  }

  #senderOf(topic: string, partition: number): PartitionSender {
    const ofTopic = this.#senders.get(topic) ?? [];
    this.#senders.set(topic, ofTopic);
    return (ofTopic[partition] ??= new PartitionSender({
      to: { topic, partition },
      produce: this.#o.produce,
      onDue: () => this.#leaveSoon(),
      onReleased: (records, bytes) => this.#release(records, bytes),
      onResult: this.#o.health.report,
      ...(this.#o.metrics && { metrics: this.#o.metrics }),
    }));
  }

  /** The turn's end, not now: what one turn adds leaves together. */
  #leaveSoon(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    setImmediate(() => {
      this.#leaving = false;
      // Those that still wait for more go along: their records cost less in this request than in one of their own.
      for (const ofTopic of this.#senders.values())
        for (const sender of ofTopic) if (sender?.mayLeave) sender.flush();
    });
  }

  #release(records: number, bytes: number): void {
    this.#held.records -= records;
    this.#held.bytes -= bytes;
    this.#admitWaiting();
  }

  #sweep(): void {
    const { timeoutMs, health, metrics } = this.#o;
    const now = performance.now();
    for (const call of this.#open) {
      if (call.deadline > now) break;
      const error = unacknowledged(timeoutMs, health.failure());
      call.fail(error);
      health.report(health.failure() ?? error);
      metrics?.produceFailed(error.code, call.records.length);
    }
    this.#admitWaiting();
    this.#sweeping = this.#open.size > 0 ? setTimeout(() => this.#sweep(), SWEEP_MS) : undefined;
  }
}

/** Records without a key of one call stay together, so that they make one request. */
function partitionFor(record: OutRecord, turn: number, counts: SendQueueOptions["counts"]): number {
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
