import type { Task, TaskQueue } from "@pulsecourier/kafka";
import { type Alarm, createAlarm } from "./alarm.ts";
import { type CallSlots, createCallSlots } from "./call-slots.ts";
import { endDevices } from "./devices.ts";
import type { EngineOptions } from "./engine-options.ts";
import { followUps, parkRecord, type Settled } from "./follow-ups.ts";
import { gather } from "./gather.ts";
import { type Held, heldFollowUps } from "./hold.ts";
import { type DeliveryNames, parseWork } from "./parse-work.ts";
import { poisonRecords } from "./poison.ts";
import { resolveRefused } from "./resolve-refused.ts";
import type { Step } from "./step.ts";
import { createWaveWriter, type Pending, type Wave, type WaveWriter } from "./wave-writer.ts";
import type { Work } from "./work.ts";
import { writeFollowUps } from "./write-follow-ups.ts";

/**
 * Takes records and brings each to its end: claim, call, settle, then facts and what follows
 * acknowledged, and only then the offset. A slot is free again when the outcome is settled; what is settled and
 * not finished is bounded by what the consumer admits.
 */
export class Engine {
  readonly #o: EngineOptions;
  readonly #running = new Map<string, Work>();
  readonly #waves: WaveWriter;
  /** What is stopped before it was claimed. */
  readonly #hold: (held: Held) => void;
  readonly #alarm: Alarm = createAlarm(() => this.#pump());
  #queue: TaskQueue | undefined;
  readonly #slots: CallSlots;

  constructor(o: EngineOptions) {
    this.#o = o;
    this.#slots = createCallSlots(o);
    const onWave = (wave: Wave) => this.#background(this.#afterWave(wave));
    this.#waves = createWaveWriter({ ...o, inHand: () => this.#slots.inUse(), onWave });
    this.#hold = gather((held) => this.#background(this.#writeHeld(held)));
  }

  /** Begins to take tasks. */
  take(queue: TaskQueue): void {
    this.#queue = queue;
    queue.onAvailable(() => this.#pump());
    this.#o.accounts.onAvailable(() => {
      this.#alarm.clear();
      this.#pump();
    });
  }

  /** Takes no more. */
  close(): void {
    this.#queue = undefined;
    this.#alarm.clear();
  }

  #background(work: Promise<void>): void {
    void work.catch(this.#o.onFatal);
  }

  #pump(): void {
    const { accounts, stops } = this.#o;
    // What is stopped as a whole is taken, too: it waits elsewhere, where it is seen and may expire.
    const capacity = stops.everything() ? Number.POSITIVE_INFINITY : accounts.capacity();
    // Every account is down: the channel waits as a whole, and no record costs anything.
    if (capacity === 0) this.#alarm.set(accounts.msUntilNext());
    const tasks = this.#queue?.take(Math.min(this.#slots.free(), capacity)) ?? [];
    this.#slots.occupy(tasks.length);
    for (const task of tasks) this.#admitTask(task);
  }

  #admitTask(task: Task): void {
    const parsed = parseWork(task, this.#o.channel, this.#o.redirectAllTo);
    if (parsed.ok) this.#admit(parsed.work);
    else this.#background(this.#bury(task, parsed.detail, parsed.names));
  }

  #admit(work: Work): void {
    if (work.task.lost()) return this.#release(work.task);
    const other = this.#running.get(work.delivery.id);
    if (other !== undefined) {
      other.followers.push(work);
      return;
    }
    this.#running.set(work.delivery.id, work);
    const hold = this.#o.stops.holding(work.delivery);
    if (hold === null) this.#claim(work);
    else this.#hold({ work, hold, ms: Date.now() });
  }

  async #writeHeld(held: readonly Held[]): Promise<void> {
    const works = held.map(({ work }) => work);
    await writeFollowUps(heldFollowUps(held, this.#o.followUps), this.#o);
    this.#o.metrics.held(held.length);
    this.#freeSlots(works);
    this.#finish(works);
  }

  /** Claims as soon as an account takes the attempt; what waits for one holds no slot. */
  #claim(work: Work): void {
    const waiting = this.#o.awaitAccount(work);
    if (waiting === null) this.#waves.add({ work, step: null, ms: 0 });
    else this.#background(this.#claimAfter(work, waiting));
  }

  async #claimAfter(work: Work, waiting: Promise<void>): Promise<void> {
    this.#freeSlots([work]);
    this.#pump();
    await waiting;
    await this.#slots.next();
    work.task.resume();
    // Lost meanwhile: whoever has the partition now begins anew, unless a call of ours has begun already.
    if (work.task.lost() && work.leaseUntil === 0) {
      this.#freeSlots([work]);
      this.#finish([work]);
    } else this.#waves.add({ work, step: null, ms: 0 });
  }

  async #afterWave(wave: Wave): Promise<void> {
    this.#freeSlots(wave.settled.map((one) => one.work));
    if (wave.settled.length > 0) this.#background(this.#emitSettled(wave.settled));
    if (wave.refused.length > 0) this.#background(this.#resolve(wave.refused));
    if (wave.claimed.length > 0) await this.#start(wave.claimed);
  }

  /** Claims are committed: a tombstone from before is seen, one from after is told it was too late. */
  async #start(claimed: readonly Work[]): Promise<void> {
    const { atStep, ledger, steady } = this.#o;
    if (atStep) await atStep("claimed");
    const ids = claimed.flatMap(({ delivery }) => forbiddenBy(delivery));
    const cancelled = await steady("reading cancellations", () => ledger.cancelled(ids));
    for (const work of claimed) {
      if (forbiddenBy(work.delivery).some((id) => cancelled.has(id)))
        this.#settle(work, endDevices(work.devices, { kind: "cancelled" }));
      else this.#background(this.#run(work));
    }
  }

  async #run(work: Work): Promise<void> {
    const step = await this.#o.carryOut(work);
    if (step === "reclaim") this.#claim(work);
    else this.#settle(work, step);
  }

  #settle(work: Work, step: Step): void {
    this.#waves.add({ work, step, ms: Date.now() });
  }

  async #resolve(refused: readonly Pending[]): Promise<void> {
    const { again, takenOver, emit, park, finish } = await resolveRefused(refused, this.#o);
    this.#freeSlots([...emit.map((one) => one.work), ...park, ...finish]);
    for (const one of again) this.#waves.add(one);
    if (takenOver.length > 0) this.#background(this.#start(takenOver));
    if (emit.length > 0) this.#background(this.#emit(emit));
    if (park.length > 0) this.#background(this.#setAside(park));
    if (finish.length > 0) this.#finish(finish);
  }

  async #emitSettled(wave: Wave["settled"]): Promise<void> {
    if (this.#o.atStep) await this.#o.atStep("settled");
    const settled = wave.map(({ work, step, ms }): Settled => {
      const { redrive, attempt, possibleDuplicates } = work;
      return { work, step, redrive, attempt, possibleDuplicates, factsOnly: false, ms };
    });
    for (const one of settled) this.#o.metrics.settled(one);
    await this.#emit(settled);
  }

  async #emit(settled: readonly Settled[]): Promise<void> {
    await writeFollowUps(followUps(settled, this.#o.followUps), this.#o);
    if (this.#o.atStep) await this.#o.atStep("emitted");
    this.#finish(settled.map((one) => one.work));
  }

  async #setAside(parked: readonly Work[]): Promise<void> {
    const now = Date.now();
    const records = parked.map((work) => parkRecord(work, { ...this.#o.followUps, now }));
    await writeFollowUps({ records }, this.#o);
    this.#finish(parked);
  }

  async #bury(task: Task, detail: string, delivery: DeliveryNames | null): Promise<void> {
    const now = Date.now();
    const records = poisonRecords(task.record, { ...this.#o.followUps, detail, delivery, now });
    await writeFollowUps({ records }, this.#o);
    this.#release(task);
    this.#pump();
  }

  /** The deliveries are out of hand; what came meanwhile for the same attempt is answered too. */
  #finish(works: readonly Work[]): void {
    for (const work of works) {
      this.#running.delete(work.delivery.id);
      work.task.done();
      for (const follower of work.followers) {
        const same = follower.redrive === work.redrive && follower.attempt === work.attempt;
        if (same) this.#release(follower.task);
        else this.#admit(follower);
      }
    }
    this.#pump();
  }

  /** Of works that are settled, or settled by somebody else, and not finished. */
  #freeSlots(works: readonly Work[]): void {
    for (const { task } of works) {
      task.setAside();
      this.#slots.leave();
    }
  }

  #release(task: Task): void {
    this.#slots.leave();
    task.done();
  }
}

/**
 * Whose tombstones forbid a delivery: its notification's, and its own where a saga may withdraw it alone. A correction is
 * what a cancelled notification is to send.
 */
function forbiddenBy({ id, notificationId, saga, correction }: Work["delivery"]): string[] {
  if (correction !== undefined) return [id];
  return saga === undefined ? [notificationId] : [notificationId, id];
}
