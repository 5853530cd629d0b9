import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Strike } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import type { PlannedSend } from "../load/plan-load.ts";
import type { Sender } from "../load/send-load.ts";
import { makeTenant } from "../load/tenant.ts";
import { percentile } from "../report/percentile.ts";
import type { Target } from "../target.ts";

const QUIET = ["quiet-1", "quiet-2", "quiet-3", "quiet-4", "quiet-5"];
/** Of one quiet tenant. */
const PER_SECOND = 4;
const TIMES = 75;
const BATCH = 10;
/** Without and with the noisy one in turn, so that whatever else the machine does counts for both. */
const ROUNDS = 5;
const ROUND_S = 10;
const MOST_SLOWER = 1.1;
/** What a router has by default; other faults keep everything in its lane. */
const BUDGET = { BULK_DEMOTE_PER_MINUTE: "6000" };

export const noisyTenant: Fault = {
  name: "noisy-tenant",
  what: "a tenant sends 75 times what each of five others does",
  topology: "single",
  longOnly: true,
  seeds: 5,
  load: "none",
  async strike(target, _random, run) {
    await target.simulator.behave({});
    for (const name of target.services.of("router")) {
      await target.services.stop(name);
      await target.services.restart(name, BUDGET);
    }
    const quiet = await Promise.all(QUIET.map((name) => makeTenant(target.db, name)));
    const noisy = await makeTenant(target.db, "noisy");
    const took = { without: [] as number[], with: [] as number[] };
    // Code that runs for the first time is slow, and one half of the rounds would have it all.
    await round("warm-up", { target, run, quiet, noisy });
    for (let number = 1; number <= ROUNDS; number += 1) {
      took.without.push(...(await round(`without-${number}`, { target, run, quiet })));
      took.with.push(...(await round(`with-${number}`, { target, run, quiet, noisy })));
    }
    const [p99Without, p99With] = [percentile(took.without, 0.99), percentile(took.with, 0.99)];
    return {
      figures: {
        quietP50WithoutMs: percentile(took.without, 0.5),
        quietP50WithMs: percentile(took.with, 0.5),
        quietP99WithoutMs: p99Without,
        quietP99WithMs: p99With,
        quietEach: took.with.length,
      },
      problems:
        p99With <= p99Without * MOST_SLOWER
          ? []
          : [`p99 of the quiet tenants went from ${p99Without} to ${p99With} ms`],
    };
  },
};

type Round = { target: Target; run: Strike; quiet: readonly Sender[]; noisy?: Sender };

/** How long each message of the quiet tenants took to the provider. */
async function round(name: string, { target, run, quiet, noisy }: Round): Promise<number[]> {
  const prefix = `${run.prefix}-${name}`;
  const before = await target.simulator.accepted();
  const flood = noisy === undefined ? [] : floodOf(`${prefix}-noisy`);
  const flooding = noisy === undefined ? Promise.resolve([]) : run.send(flood, noisy);
  const sentAt = new Map<string, number>();
  const sending: Promise<unknown>[] = [];
  const began = performance.now();
  const total = ROUND_S * PER_SECOND * quiet.length;
  for (let index = 0; index < total; index += 1) {
    const at = began + (index * 1_000) / (PER_SECOND * quiet.length);
    await delay(Math.max(0, at - performance.now()));
    const recipient = `${prefix}-${index}`;
    const message = { recipient, channels: ["email"] as const };
    sentAt.set(`${recipient}@example.com`, Date.now());
    const one = { atMs: 0, lane: "normal", way: "notification", key: recipient, message } as const;
    sending.push(run.send([one], quiet[index % quiet.length]));
  }
  await Promise.all([...sending, flooding]);
  const took = await arrivals(target.simulator, sentAt);
  await untilAccepted(target, before + total + flood.length * BATCH);
  return took;
}

/** Small batches, evenly over the round. */
function floodOf(prefix: string): PlannedSend[] {
  const batches = (ROUND_S * PER_SECOND * TIMES) / BATCH;
  return Array.from(Array.from({ length: batches }).keys(), (number) => ({
    atMs: (number * ROUND_S * 1_000) / batches,
    lane: "normal",
    way: "batch",
    key: `${prefix}-${number}`,
    messages: Array.from({ length: BATCH }, (_, index) => ({
      recipient: `${prefix}-${number * BATCH + index}`,
      channels: ["email"] as const,
    })),
  }));
}

async function untilAccepted({ simulator }: Target, count: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await simulator.accepted()) < count) {
    if (performance.now() > deadline) throw new Error("The noisy tenant's have not all arrived.");
    await delay(100);
  }
}
