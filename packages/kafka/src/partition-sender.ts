import type { Message } from "kafkajs";
import { setTimeout as wait } from "node:timers/promises";
import type { KafkaError } from "./error.ts";
import { toKafkaError } from "./kafkajs-error.ts";
import type { KafkaMetrics } from "./metrics.ts";
import { PartitionBuffer } from "./partition-buffer.ts";
import type { OutRecord } from "./record.ts";
import type { SendCall } from "./send-call.ts";

/** One record of a call on its way. */
export type Outgoing = { call: SendCall; index: number; record: OutRecord };

export type PartitionSenderOptions = {
  to: { topic: string; partition: number };
  produce: (to: { topic: string; partition: number }, messages: Message[]) => Promise<bigint>;
  /** Records no longer held, whatever became of them. */
  onReleased: (records: number, bytes: number) => void;
  /** After each request: its failure, or undefined. */
  onResult: (error: KafkaError | undefined) => void;
  metrics?: KafkaMetrics;
};

export type PartitionSender = { add(outgoing: Outgoing, now: number): void };

/**
 * Sends one partition's records, one request at a time. A failed request is repeated with the same
 * records in the same order as long as a call still waits for one of them.
 */
export function createPartitionSender(o: PartitionSenderOptions): PartitionSender {
  const buffer = new PartitionBuffer<Outgoing>();
  let leaving = false;
  let linger: NodeJS.Timeout | undefined;

  function schedule(now: number): void {
    if (leaving) return;
    const dueAt = buffer.dueAt();
    if (dueAt <= now) {
      clearTimeout(linger);
      linger = undefined;
      leaving = true;
      // The turn's end, not now: what one turn adds leaves in one request.
      setImmediate(flush);
    } else if (dueAt < Number.POSITIVE_INFINITY) {
      linger ??= setTimeout(onLingered, dueAt - now);
    }
  }

  function onLingered(): void {
    linger = undefined;
    schedule(performance.now());
  }

  function flush(): void {
    leaving = false;
    void request(buffer.take(performance.now())).then(() => {
      const now = performance.now();
      buffer.settled(now);
      schedule(now);
    });
  }

  /** Never rejects: what fails is told to the calls. */
  async function request(batch: Outgoing[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const live = batch.filter(({ call }) => call.open);
      if (live.length === 0) break;
      const error = await write(live);
      if (error === undefined) break;
      if (!error.retriable) {
        o.metrics?.produceFailed(error.code, live.length);
        for (const { call } of live) call.fail(error);
        break;
      }
      o.onResult(error);
      await wait(Math.min(1_000, 50 * 2 ** attempt));
    }
    let bytes = 0;
    for (const { call, index } of batch) bytes += call.sizes[index] ?? 0;
    o.onReleased(batch.length, bytes);
  }

  async function write(batch: Outgoing[]): Promise<KafkaError | undefined> {
    const startedAt = performance.now();
    try {
      const first = await o.produce(o.to, batch.map((outgoing) => toMessage(outgoing, o.to.partition)));
      o.onResult(undefined);
      o.metrics?.produced(o.to.topic, batch.length, (performance.now() - startedAt) / 1_000);
      for (const [at, { call, index }] of batch.entries()) {
        call.written(index, { ...o.to, offset: (first + BigInt(at)).toString() });
      }
      return undefined;
    } catch (thrown) {
      return toKafkaError(thrown);
    }
  }

  return {
    add(outgoing, now) {
      buffer.add(outgoing, outgoing.call.sizes[outgoing.index] ?? 0, now);
      schedule(now);
    },
  };
}

function toMessage({ record }: Outgoing, partition: number): Message {
  const { key, value, headers } = record;
  return { key, value, headers, partition };
}
