import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Strike } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import type { PlannedSend } from "../load/plan-load.ts";
import { percentile } from "../report/percentile.ts";
import type { Target } from "../target.ts";

/** The largest takes minutes: one seed of a long run. */
const BACKLOG = { short: 5_000, long: 20_000, longest: 200_000 };
const BATCH = 100;
const IN_FLIGHT = 4;
/** Behind it, this many a second for as long as it lasts, and no shorter than these seconds. */
const CRITICAL_PER_SECOND = 20;
const AT_LEAST_S = 5;
const P99_MS = 1_000;

/** The provider answers at once, so that the processors are what is short. */
export const bulkBacklog: Fault = {
  name: "bulk-backlog",
  what: "200,000 bulk notifications wait (seed 1; the others 20,000, in a short run 5,000), and critical ones are sent behind them",
  topology: "single",
  load: "none",
  async strike(target, _random, run) {
    await target.simulator.behave({});
    const size = sizeOf(run);
    await sendBacklog(size, run);
    const { latencies, backlogAtEnd } = await sendBehind(size, target, run);
    const p99 = percentile(latencies, 0.99);
    return {
      figures: {
        backlog: size,
        criticalSent: latencies.length,
        criticalP50Ms: percentile(latencies, 0.5),
        criticalP99Ms: p99,
        criticalMaxMs: percentile(latencies, 1),
        backlogAtEnd,
      },
      problems: p99 < P99_MS ? [] : [`critical p99 behind a backlog of ${size} is ${p99} ms`],
    };
  },
};

function sizeOf({ long, seed }: Strike): number {
  if (!long) return BACKLOG.short;
  return seed === 1 ? BACKLOG.longest : BACKLOG.long;
}

async function sendBacklog(size: number, { prefix, send }: Strike): Promise<void> {
  let next = 0;
  const post = async () => {
    while (next < size) {
      const from = next;
      next += BATCH;
      await send([batch(`${prefix}-bulk`, from)]);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, post));
}

function batch(prefix: string, from: number): PlannedSend {
  const messages = Array.from({ length: BATCH }, (_, index) => ({
    recipient: `${prefix}-${from + index}`,
    channels: ["email"] as const,
  }));
  return { atMs: 0, lane: "bulk", way: "batch", key: `${prefix}-${from}`, messages };
}

/** Sends critical ones at a steady rate while the backlog drains; how long each took to the provider. */
async function sendBehind(size: number, { simulator }: Target, { prefix, send }: Strike) {
  const sentAt = new Map<string, number>();
  const sending: Promise<unknown>[] = [];
  const began = performance.now();
  let left = size;
  while (left > 0 || performance.now() - began < AT_LEAST_S * 1_000) {
    const recipient = `${prefix}-critical-${sending.length}`;
    await delay(
      Math.max(0, began + (sending.length * 1_000) / CRITICAL_PER_SECOND - performance.now()),
    );
    sentAt.set(`${recipient}@example.com`, Date.now());
    const message = { recipient, channels: ["email"] as const };
    const one = {
      atMs: 0,
      lane: "critical",
      way: "notification",
      key: recipient,
      message,
    } as const;
    sending.push(send([one]));
    if (sending.length % CRITICAL_PER_SECOND === 0)
      left = size + sending.length - (await simulator.accepted());
    if (left <= CRITICAL_PER_SECOND) left = 0;
    if (performance.now() - began > 600_000) throw new Error(`${left} of the backlog are left.`);
  }
  await Promise.all(sending);
  const latencies = await arrivals(simulator, sentAt);
  return { latencies, backlogAtEnd: left };
}
