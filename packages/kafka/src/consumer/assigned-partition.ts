import { Fifo } from "../fifo.ts";
import { KeyLanes } from "./key-lanes.ts";
import { OffsetTracker } from "./offset-tracker.ts";
import type { InRecord } from "../records/record.ts";
import type { Task } from "./work.ts";

/** Most records of a partition given out or waiting to be. */
export const MAX_UNFINISHED = 1_024;
/** Most offsets between the oldest unfinished record and the newest. */
export const MAX_DISTANCE = 50_000;

/**
 * One partition while it is ours: what was fetched and not admitted yet (`held`), what was admitted
 * (`lanes`, `tracker`), and whether it is fetched now.
 */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly held = new Fifo<InRecord>();
  readonly lanes = new KeyLanes<Entry>();
  readonly tracker = new OffsetTracker();
  /** The next offset wanted; fetched records below it are known already. */
  wanted = 0n;
  /** Set by a rejoin: reading begins at the committed offset again, below `wanted`. */
  repeats = false;
  /** End of the log when last fetched. */
  end = 0n;
  committed: bigint | undefined;
  /** Set while the head is not due yet. */
  waitsUntil: number | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Paused by the consumer's owner. */
  paused = false;
  /** What kafkajs was last told; undefined when it may have forgotten. */
  fetching: boolean | undefined;
  lost = false;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get full(): boolean {
    return this.tracker.unfinished >= MAX_UNFINISHED || this.tracker.distance >= MAX_DISTANCE;
  }

  /**
   * True when these records stand where others stood before: the log was cut or made anew, after
   * which nothing remembered of it holds.
   */
  isAnotherLog(records: InRecord[]): boolean {
    const first = records[0];
    return first !== undefined && first.offset < this.wanted && !this.repeats;
  }

  /** Records behind the end of the log. */
  get lag(): number {
    const position = this.tracker.position ?? this.wanted;
    return position < this.end ? Number(this.end - position) : 0;
  }

  /** The partition is someone else's from now on. */
  lose(): void {
    this.lost = true;
    this.held.clear();
    clearTimeout(this.timer);
  }
}

/** An admitted record: a task, its key and its place in the log. */
export class Entry implements Task {
  readonly record: InRecord;
  readonly key: string | null;
  /** Whose turn it is when this is given out. */
  readonly owner: string;
  readonly since: number;
  readonly partition: AssignedPartition;
  readonly #onDone: (entry: Entry) => void;
  readonly #onAside: ((entry: Entry) => void) | undefined;
  finished = false;
  aside = false;

  constructor(o: {
    record: InRecord;
    since: number;
    partition: AssignedPartition;
    owner?: string;
    onDone: (entry: Entry) => void;
    /** Called when `aside` has changed. */
    onAside?: (entry: Entry) => void;
  }) {
    this.record = o.record;
    this.key = o.record.key === null ? null : o.record.key.toString("latin1");
    this.owner = o.owner ?? "";
    this.since = o.since;
    this.partition = o.partition;
    this.#onDone = o.onDone;
    this.#onAside = o.onAside;
  }

  get offset(): bigint {
    return this.record.offset;
  }

  lost(): boolean {
    return this.partition.lost;
  }

  setAside(): void {
    this.#turnAside(true);
  }

  resume(): void {
    this.#turnAside(false);
  }

  #turnAside(aside: boolean): void {
    if (this.finished || this.aside === aside) return;
    this.aside = aside;
    this.#onAside?.(this);
  }

  done(): void {
    if (!this.finished) this.#onDone(this);
  }
}
