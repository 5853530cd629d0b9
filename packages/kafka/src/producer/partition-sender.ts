import type { Message } from "kafkajs";
import { setTimeout as wait } from "node:timers/promises";
import type { KafkaError } from "../client/error.ts";
import { toKafkaError } from "../client/kafkajs-error.ts";
import type { KafkaMetrics } from "../metrics/metrics.ts";
import { PartitionBuffer } from "./partition-buffer.ts";
import type { OutRecord } from "../records/record.ts";
import type { Produce } from "./produce-together.ts";
import type { SendCall } from "./send-call.ts";

/** One record of a call on its way. */
export type Outgoing = { call: SendCall; index: number; record: OutRecord };

export type PartitionSenderOptions = {
  to: { topic: string; partition: number };
  produce: Produce;
  /** `flush` is to be called at the end of this turn of the event loop. */
  onDue: () => void;
  /** Records no longer held, whatever became of them. */
  onReleased: (records: number, bytes: number) => void;
  /** After each request: its failure, or undefined. */
  onResult: (error: KafkaError | undefined) => void;
  metrics?: KafkaMetrics;
};

/**
 * Sends one partition's records, one request at a time. A failed request is repeated with the same
 * records in the same order as long as a call still waits for one of them.
 */
export class PartitionSender {
  readonly #o: PartitionSenderOptions;
  readonly #buffer = new PartitionBuffer<Outgoing>();
  #due = false;
  #linger: NodeJS.Timeout | undefined;

  constructor(o: PartitionSenderOptions) {
    this.#o = o;
  }

  add(outgoing: Outgoing, now: number): void {
    this.#buffer.add(outgoing, outgoing.call.sizes[outgoing.index] ?? 0, now);
    this.#schedule(now);
  }

  /** Whether it has records and no request in flight. */
  get mayLeave(): boolean {
    return this.#due || this.#linger !== undefined;
  }

  #schedule(now: number): void {
    if (this.#due) return;
    const dueAt = this.#buffer.dueAt();
    if (dueAt <= now) {
      this.#due = true;
      this.#o.onDue();
    } else if (dueAt < Number.POSITIVE_INFINITY) {
      this.#linger ??= setTimeout(() => {
        this.#linger = undefined;
        this.#schedule(performance.now());
      }, dueAt - now);
    }
  }

  flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#due = false;
    void this.#request(this.#buffer.take(performance.now())).then(() => {
      const now = performance.now();
      this.#buffer.settled(now);
      this.#schedule(now);
    });
  }

  /** Never rejects: what fails is told to the calls. */
  async #request(batch: Outgoing[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const live = batch.filter(({ call }) => call.open);
      if (live.length === 0) break;
      const error = await this.#write(live);
      if (error === undefined) break;
      if (!error.retriable) {
        this.#o.metrics?.produceFailed(error.code, live.length);
        for (const { call } of live) call.fail(error);
        break;
      }
      this.#o.onResult(error);
      await wait(Math.min(1_000, 50 * 2 ** attempt));
    }
    let bytes = 0;
    for (const { call, index } of batch) bytes += call.sizes[index] ?? 0;
    this.#o.onReleased(batch.length, bytes);
  }

  async #write(batch: Outgoing[]): Promise<KafkaError | undefined> {
    const { to, produce, onResult, metrics } = this.#o;
    const startedAt = performance.now();
    try {
      const messages = batch.map(({ record }) => toMessage(record, to.partition));
      const first = await produce(to, messages);
      onResult(undefined);
      metrics?.produced(to.topic, batch.length, (performance.now() - startedAt) / 1_000);
      for (const [at, { call, index }] of batch.entries()) {
        call.written(index, { ...to, offset: (first + BigInt(at)).toString() });
      }
      return undefined;
    } catch (thrown) {
      return toKafkaError(thrown);
    }
  }
}

function toMessage({ key, value, headers }: OutRecord, partition: number): Message {
  return { key, value, headers, partition };
}
