import { setTimeout as wait } from "node:timers/promises";
import type { KafkaError } from "../client/error.ts";
import type { Producer } from "../producer/producer.ts";
import type { Receipt } from "../records/record.ts";

export type LoadOptions = {
  producer: Producer;
  topic: string;
  /** One sender each: every call of it writes one record to each of these partitions. */
  senders: number[][];
};

const PAUSE_MS = 15;

/** Sends records with unique values until stopped, each sender one call after the other. */
export function startLoad(o: LoadOptions): Load {
  return new Load(o);
}

export class Load {
  /** Value to where it stands, for every record of a call that resolved. */
  readonly acknowledged = new Map<string, Receipt>();
  readonly refused: KafkaError[] = [];
  /** Calls that resolved without saying of each record where it stands. */
  readonly incomplete: Receipt[][] = [];
  readonly #o: LoadOptions;
  readonly #runs: Promise<void[]>;
  /** Per partition: when its last acknowledged call began and ended, and the longest gap. */
  readonly #last = new Map<number, { begunAt: number; endedAt: number; gap: number }>();
  readonly #waiting = new Set<() => void>();
  #next = 0;
  #stopped = false;

  constructor(o: LoadOptions) {
    this.#o = o;
    this.#runs = Promise.all(o.senders.map((partitions) => this.#run(partitions)));
  }

  /** From now on gaps count anew. */
  watchGaps(): void {
    for (const last of this.#last.values()) Object.assign(last, { endedAt: now(), gap: 0 });
  }

  /** Longest time without an acknowledgement of this partition, in ms. */
  longestGap(partition: number): number {
    const last = this.#last.get(partition);
    return last === undefined ? 0 : Math.max(last.gap, now() - last.endedAt);
  }

  /** Resolves when every partition had a call acknowledged that began after now. */
  async allGoOn(): Promise<void> {
    const since = now();
    const partitions = this.#o.senders.flat();
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (partitions.every((p) => (this.#last.get(p)?.begunAt ?? 0) >= since)) resolve();
    };
    this.#waiting.add(look);
    await promise;
    this.#waiting.delete(look);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#runs;
  }

  async #run(partitions: number[]): Promise<void> {
    while (!this.#stopped) {
      await this.#call(partitions);
      await wait(PAUSE_MS);
    }
  }

  async #call(partitions: number[]): Promise<void> {
    const { producer, topic } = this.#o;
    const begunAt = now();
    const values = partitions.map(() => String(this.#next++));
    const records = partitions.map((partition, at) => {
      const value = values[at] ?? "";
      return { topic, key: value, value, headers: {}, partition };
    });
    await producer.send(records).then(
      (receipts) => {
        const told = receipts.map((receipt) => `${receipt.topic}/${receipt.partition}`).join();
        if (told !== partitions.map((p) => `${topic}/${p}`).join()) this.incomplete.push(receipts);
        for (const [at, receipt] of receipts.entries()) {
          this.acknowledged.set(values[at] ?? "", receipt);
        }
        for (const partition of partitions) this.#note(partition, begunAt);
      },
      (error: KafkaError) => this.refused.push(error),
    );
  }

  #note(partition: number, begunAt: number): void {
    const gap = this.longestGap(partition);
    this.#last.set(partition, { begunAt, endedAt: now(), gap });
    for (const look of this.#waiting) look();
  }
}

const now = (): number => performance.now();
