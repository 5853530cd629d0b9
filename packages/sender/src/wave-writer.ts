import { setTimeout as sleep } from "node:timers/promises";
import { restoreDevices } from "./devices.ts";
import type { LedgerStore, Remembered, WaveResult } from "./ledger-store.ts";
import { ledgerWrite } from "./row-step.ts";
import type { Steady } from "./steady.ts";
import type { Step } from "./step.ts";
import type { Work } from "./work.ts";

/** One thing to write to the ledger; without a step it is a claim. */
export type Pending = { work: Work; step: Step | null; ms: number };

/** A written wave, by what the ledger said. */
export type Wave = {
  claimed: Work[];
  settled: (Pending & { step: Step })[];
  refused: Pending[];
};

export type WaveWriter = ReturnType<typeof createWaveWriter>;

/** The longest a wave waits after the last one began, ms: under load fewer and larger statements cost less. */
const SLOWEST_PACE_MS = 10;
/** Deliveries in hand that make a wave wait 1 ms: when there is little to do, nothing waits. */
const IN_HAND_PER_MS = 8;
/** A wave this large does not wait. */
const LARGE = 128;

/**
 * Writes claims and settles in waves, one statement at a time: what is finished and what is next go together. The
 * work in hand is bounded by the sender's slots and holds each delivery once, so a wave does too.
 */
export function createWaveWriter(o: {
  ledger: LedgerStore;
  leaseMs: number;
  /** How many deliveries the sender has in hand. */
  inHand: () => number;
  steady: Steady;
  onWave: (wave: Wave) => void;
  onFatal: (error: unknown) => void;
}) {
  let pending: Pending[] = [];
  let writing = false;
  let lastBegan = Number.NEGATIVE_INFINITY;

  async function writeAll(): Promise<void> {
    try {
      while (pending.length > 0) {
        const pace = Math.min(SLOWEST_PACE_MS, Math.floor(o.inHand() / IN_HAND_PER_MS));
        const rest = lastBegan + pace - performance.now();
        if (rest > 0 && pending.length < LARGE) await sleep(rest);
        const now = pending;
        pending = [];
        await writeWave(now);
      }
    } finally {
      writing = false;
    }
  }

  async function writeWave(all: Pending[]): Promise<void> {
    const writes = all.map(({ work, step }) => ledgerWrite(work, step));
    const { refused, remembered } = await o.steady("writing the ledger", () => {
      lastBegan = performance.now();
      return o.ledger.write(writes);
    });
    const leaseUntil = lastBegan + o.leaseMs;
    o.onWave(readWave(all, { refused, remembered, leaseUntil }));
  }

  return {
    add(one: Pending): void {
      pending.push(one);
      if (writing) return;
      writing = true;
      // What is added together goes in one wave; the end of the turn would come after all that a fetch still does.
      queueMicrotask(() => void writeAll().catch(o.onFatal));
    },
  };
}

const NOTHING: Remembered = { possibleDuplicates: 0, devices: null };

function readWave(all: readonly Pending[], o: WaveResult & { leaseUntil: number }): Wave {
  const wave: Wave = { claimed: [], settled: [], refused: [] };
  for (const one of all) {
    const { work, step, ms } = one;
    if (o.refused.has(work.delivery.id)) {
      wave.refused.push(one);
      continue;
    }
    const { possibleDuplicates, devices } = o.remembered.get(work.delivery.id) ?? NOTHING;
    work.possibleDuplicates = possibleDuplicates;
    restoreDevices(work.devices, devices);
    if (step !== null) wave.settled.push({ work, step, ms });
    else {
      work.leaseUntil = o.leaseUntil;
      wave.claimed.push(work);
    }
  }
  return wave;
}
