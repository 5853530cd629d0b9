import { setTimeout as wait } from "node:timers/promises";
import type { KafkaError } from "./error.ts";
import type { Producer } from "./producer.ts";
import type { Receipt } from "./record.ts";

export type LoadOptions = {
  producer: Producer;
  topic: string;
  /** One sender each: every call of it writes one record to each of these partitions. */
  senders: number[][];
};

export type Load = {
  /** Value to where it stands, for every record of a call that resolved. */
  acknowledged: Map<string, Receipt>;
  refused: KafkaError[];
  /** Calls that resolved without saying of each record where it stands. */
  incomplete: Receipt[][];
  /** Longest time a partition's acknowledged calls were apart since `watchGaps`, in ms. */
  longestGap(partition: number): number;
  watchGaps(): void;
  /** Resolves when every partition had a call acknowledged that began after now. */
  allGoOn(): Promise<void>;
  stop(): Promise<void>;
};

const PAUSE_MS = 15;

/** Sends records with unique values until stopped, each sender one call after the other. */
export function startLoad({ producer, topic, senders }: LoadOptions): Load {
  const acknowledged = new Map<string, Receipt>();
  const refused: KafkaError[] = [];
  const incomplete: Receipt[][] = [];
  const partitions = [...new Set(senders.flat())];
  const lastAt = new Map<number, number>();
  const gaps = new Map<number, number>();
  const waiting = new Set<(partition: number, begunAt: number) => void>();
  let next = 0;
  let stopped = false;

  function note(partition: number, begunAt: number): void {
    gaps.set(partition, longestGap(partition));
    lastAt.set(partition, performance.now());
    for (const look of waiting) look(partition, begunAt);
  }

  function longestGap(partition: number): number {
    const current = performance.now() - (lastAt.get(partition) ?? performance.now());
    return Math.max(gaps.get(partition) ?? 0, current);
  }

  async function call(to: number[]): Promise<void> {
    const begunAt = performance.now();
    const records = to.map((partition) => {
      const value = String(next++);
      return { topic, key: value, value, headers: {}, partition };
    });
    await producer.send(records).then(
      (receipts) => {
        const complete = records.every(({ partition }, at) => {
          const receipt = receipts[at];
          return receipt?.topic === topic && receipt.partition === partition;
        });
        if (!complete || receipts.length !== records.length) incomplete.push(receipts);
        for (const [at, receipt] of receipts.entries()) {
          acknowledged.set(records[at]?.value ?? "", receipt);
        }
        for (const partition of to) note(partition, begunAt);
      },
      (error: KafkaError) => refused.push(error),
    );
  }

  async function run(to: number[]): Promise<void> {
    while (!stopped) {
      await call(to);
      await wait(PAUSE_MS);
    }
  }

  const runs = Promise.all(senders.map(run));
  return {
    acknowledged,
    refused,
    incomplete,
    longestGap,
    watchGaps() {
      gaps.clear();
      for (const partition of partitions) lastAt.set(partition, performance.now());
    },
    async allGoOn() {
      const since = performance.now();
      const missing = new Set(partitions);
      const { promise, resolve } = Promise.withResolvers<void>();
      function look(partition: number, begunAt: number): void {
        if (begunAt >= since) missing.delete(partition);
        if (missing.size === 0) resolve();
      }
      waiting.add(look);
      await promise;
      waiting.delete(look);
    },
    async stop() {
      stopped = true;
      await runs;
    },
  };
}
