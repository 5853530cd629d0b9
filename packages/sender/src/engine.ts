import type { Channel } from "@pulsecourier/contracts";
import type { OutRecord, Producer, Task, TaskQueue } from "@pulsecourier/kafka";
import type { Accounts } from "./account.ts";
import { type FollowUpOptions, followUps, type FollowUps, parkRecord, type Settled } from "./follow-ups.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { type DeliveryNames, parseWork } from "./parse-work.ts";
import { poisonRecords } from "./poison.ts";
import { resolveRefused } from "./resolve-refused.ts";
import type { SenderMetrics } from "./sender-metrics.ts";
import type { SenderOverrides } from "./sender-options.ts";
import type { Steady } from "./steady.ts";
import type { Step } from "./step.ts";
import type { NewTimer } from "./timer-store.ts";
import { createWaveWriter, type Pending, type Wave } from "./wave-writer.ts";
import type { Work } from "./work.ts";

export type EngineOptions = {
  channel: Channel;
  /** Most deliveries in hand. */
  slots: number;
  owner: string;
  leaseMs: number;
  ledger: LedgerStore;
  accounts: Accounts;
  carryOut: (work: Work) => Promise<Step | "reclaim">;
  producer: Pick<Producer, "send">;
  insertTimers: (timers: readonly NewTimer[]) => Promise<void>;
  followUps: FollowUpOptions;
  metrics: SenderMetrics;
  steady: Steady;
  atStep: SenderOverrides["atStep"];
  onFatal: (error: unknown) => void;
};

/**
 * Takes records and brings each to its end: claim, call, settle, then facts and what follows acknowledged, and only
 * then the offset. A slot is free again when its record is finished.
 */
export function createEngine(o: EngineOptions) {
  const running = new Map<string, Work>();
  let queue: TaskQueue | undefined;
  let inHand = 0;
  let wakeUp: NodeJS.Timeout | undefined;

  const waves = createWaveWriter({ ...o, inHand: () => inHand, onWave: (wave) => background(afterWave(wave)) });

  function background(work: Promise<void>): void {
    void work.catch(o.onFatal);
  }

  function pump(): void {
    const capacity = o.accounts.capacity();
    if (capacity === 0) sleepUntilAccount();
    const tasks = queue?.take(Math.min(o.slots - inHand, capacity)) ?? [];
    inHand += tasks.length;
    o.metrics.inUse(inHand);
    for (const task of tasks) admitTask(task);
  }

  /** Every account is down: the channel waits as a whole, and no record costs anything. */
  function sleepUntilAccount(): void {
    wakeUp ??= setTimeout(() => {
      wakeUp = undefined;
      pump();
    }, Math.max(50, o.accounts.msUntilNext()));
  }

  function admitTask(task: Task): void {
    const parsed = parseWork(task, o.channel);
    if (parsed.ok) admit(parsed.work);
    else background(bury(task, parsed.detail, parsed.names));
  }

  function admit(work: Work): void {
    if (work.task.lost()) return release(work.task);
    const other = running.get(work.delivery.id);
    if (other !== undefined) {
      other.followers.push(work);
      return;
    }
    running.set(work.delivery.id, work);
    waves.add({ work, step: null, ms: 0 });
  }

  async function afterWave(wave: Wave): Promise<void> {
    if (wave.settled.length > 0) background(emitSettled(wave.settled));
    if (wave.refused.length > 0) background(resolve(wave.refused));
    if (wave.claimed.length > 0) await start(wave.claimed);
  }

  /** Claims are committed: a tombstone written before now is seen, one written later is told it was too late. */
  async function start(claimed: readonly Work[]): Promise<void> {
    if (o.atStep) await o.atStep("claimed");
    const ids = claimed.map((work) => work.delivery.notificationId);
    const cancelled = await o.steady("reading cancellations", () => o.ledger.cancelled(ids));
    for (const work of claimed) {
      if (cancelled.has(work.delivery.notificationId)) settle(work, { kind: "cancelled" });
      else background(run(work));
    }
  }

  async function run(work: Work): Promise<void> {
    const step = await o.carryOut(work);
    if (step === "reclaim") waves.add({ work, step: null, ms: 0 });
    else settle(work, step);
  }

  function settle(work: Work, step: Step): void {
    waves.add({ work, step, ms: Date.now() });
  }

  async function resolve(refused: readonly Pending[]): Promise<void> {
    const { again, takenOver, emit: settled, park, finish } = await resolveRefused(refused, o);
    for (const one of again) waves.add(one);
    for (const work of finish) done(work);
    if (finish.length > 0) pump();
    if (takenOver.length > 0) background(start(takenOver));
    if (settled.length > 0) background(emit(settled));
    if (park.length > 0) background(setAside(park));
  }

  async function emitSettled(settled: Wave["settled"]): Promise<void> {
    if (o.atStep) await o.atStep("settled");
    const all = settled.map(({ work, step, ms }): Settled => {
      const { redrive, attempt, possibleDuplicates } = work;
      return { work, step, redrive, attempt, possibleDuplicates, factsOnly: false, ms };
    });
    for (const one of all) o.metrics.settled(one);
    await emit(all);
  }

  async function emit(settled: Settled[]): Promise<void> {
    await write(followUps(settled, o.followUps));
    if (o.atStep) await o.atStep("emitted");
    for (const { work } of settled) done(work);
    pump();
  }

  async function write({ records, timers }: FollowUps): Promise<void> {
    if (timers.length > 0) await o.steady("inserting timers", () => o.insertTimers(timers));
    await o.steady("writing facts", () => o.producer.send(records));
  }

  async function setAside(parked: readonly Work[]): Promise<void> {
    const now = Date.now();
    await write({ records: parked.map((work) => parkRecord(work, { ...o.followUps, now })), timers: [] });
    for (const work of parked) done(work);
    pump();
  }

  async function bury(task: Task, detail: string, delivery: DeliveryNames | null): Promise<void> {
    const records: OutRecord[] = poisonRecords(task.record, { ...o.followUps, detail, delivery, now: Date.now() });
    await write({ records, timers: [] });
    release(task);
    pump();
  }

  /** The delivery is out of hand; what came meanwhile for the same attempt is answered too. */
  function done(work: Work): void {
    running.delete(work.delivery.id);
    release(work.task);
    for (const follower of work.followers) {
      const same = follower.redrive === work.redrive && follower.attempt === work.attempt;
      if (same) release(follower.task);
      else admit(follower);
    }
  }

  function release(task: Task): void {
    inHand -= 1;
    o.metrics.inUse(inHand);
    task.done();
  }

  return {
    /** Begins to take tasks. */
    take(from: TaskQueue): void {
      queue = from;
      from.onAvailable(pump);
    },
    inHand: () => inHand,
    close(): void {
      queue = undefined;
      clearTimeout(wakeUp);
    },
  };
}
