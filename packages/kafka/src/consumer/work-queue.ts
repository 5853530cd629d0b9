import type { AssignedPartition, Entry } from "./assigned-partition.ts";
import { Fifo } from "../fifo.ts";
import type { TaskQueue } from "./work.ts";

export type WorkQueueOptions = {
  topics: string[];
  priority: (topic: string) => number;
  /** Most entries out at once; the reserved shares are parts of it. */
  capacity: number;
  reservedShare: number;
  /** False while another member may have taken over: nothing is given out. */
  mayGive?: () => boolean;
};

/** Topics of equal priority: what is ready, partition by partition, and what is out. */
type Rank = { priority: number; ready: Fifo<AssignedPartition>; inFlight: number };

/**
 * Gives out admitted records: higher ranks first, but each rank always finds its reserved share of
 * the capacity free of the others; partitions of a rank in turn.
 */
export class WorkQueue implements TaskQueue {
  readonly #ranks: Rank[] = [];
  readonly #rankOfTopic = new Map<string, Rank>();
  readonly #queued = new Set<AssignedPartition>();
  readonly #capacity: number;
  readonly #reserved: number;
  readonly #callbacks: (() => void)[] = [];
  #announced = false;
  readonly #mayGive: () => boolean;
  #open = true;
  #inFlight = 0;
  #aside = 0;
  #waiting = 0;

  constructor(o: WorkQueueOptions) {
    for (const topic of o.topics) this.#rankOfTopic.set(topic, this.#rankFor(o.priority(topic)));
    this.#ranks.sort((a, b) => b.priority - a.priority);
    this.#mayGive = o.mayGive ?? (() => true);
    this.#capacity = o.capacity;
    this.#reserved = Math.floor(o.capacity * Math.min(o.reservedShare, 1 / this.#ranks.length));
  }

  /** Entries out, those of lost partitions included: they still occupy whoever works on them. */
  get inFlight(): number {
    return this.#inFlight + this.#aside;
  }

  /** Entries admitted and not given out. */
  get waiting(): number {
    return this.#waiting;
  }

  onAvailable(callback: () => void): void {
    this.#callbacks.push(callback);
    this.#announce();
  }

  take(n: number): Entry[] {
    return this.#take(n, 1);
  }

  /** Like `take`, but with all that waits of a key together, in order. */
  takeRuns(n: number): Entry[] {
    return this.#take(n, n);
  }

  add(entry: Entry): void {
    this.#waiting += 1;
    entry.partition.lanes.add(entry);
    this.enqueue(entry.partition);
  }

  /** Puts the partition in its rank's turn if it has something to give. */
  enqueue(partition: AssignedPartition): void {
    if (partition.lost || partition.paused || !partition.lanes.hasReady) return;
    if (!this.#queued.has(partition)) {
      this.#queued.add(partition);
      this.#rankOf(partition).ready.push(partition);
    }
    this.#announce();
  }

  finish(entry: Entry): void {
    const { partition } = entry;
    this.abandon(entry);
    partition.lanes.finish(entry);
    partition.tracker.finish(entry);
    this.enqueue(partition);
    this.#announce();
  }

  /** The entry is worked on no more, but neither finished. */
  abandon(entry: Entry): void {
    if (entry.aside) this.#aside -= 1;
    else this.#count(entry, -1);
  }

  /** Called when an entry that is out has been set aside or resumed; aside it takes up no room. */
  countAside(entry: Entry): void {
    this.#aside += entry.aside ? 1 : -1;
    this.#count(entry, entry.aside ? -1 : 1);
    if (entry.aside) this.#announce();
  }

  #count(entry: Entry, change: 1 | -1): void {
    this.#inFlight += change;
    this.#rankOf(entry.partition).inFlight += change;
  }

  /** Forgets what a lost partition still had to give. */
  drop(partition: AssignedPartition): void {
    this.#waiting -= partition.lanes.waiting;
  }

  /** A closed queue gives nothing; entries may still be added and finished. */
  setOpen(open: boolean): void {
    this.#open = open;
    this.#announce();
  }

  #take(n: number, perKey: number): Entry[] {
    const taken: Entry[] = [];
    if (!this.#open || !this.#mayGive()) return taken;
    for (const rank of this.#ranks) {
      let room = Math.min(n - taken.length, this.#roomFor(rank));
      while (room > 0) {
        const entries = this.#takeFrom(rank, Math.min(room, perKey));
        if (entries === undefined) break;
        room -= entries.length;
        taken.push(...entries);
      }
    }
    return taken;
  }

  /** Entries of one key of the partition whose turn it is; undefined when the rank has none ready. */
  #takeFrom(rank: Rank, max: number): Entry[] | undefined {
    const partition = rank.ready.shift();
    if (partition === undefined) return undefined;
    this.#queued.delete(partition);
    if (partition.lost || partition.paused) return [];
    const entries = partition.lanes.take(max);
    rank.inFlight += entries.length;
    this.#inFlight += entries.length;
    this.#waiting -= entries.length;
    if (partition.lanes.hasReady) {
      this.#queued.add(partition);
      rank.ready.push(partition);
    }
    return entries;
  }

  #roomFor(rank: Rank): number {
    let room = this.#capacity - this.#inFlight;
    for (const other of this.#ranks) {
      if (other !== rank) room -= Math.max(0, this.#reserved - other.inFlight);
    }
    return room;
  }

  #rankFor(priority: number): Rank {
    const known = this.#ranks.find((rank) => rank.priority === priority);
    if (known !== undefined) return known;
    const rank: Rank = { priority, ready: new Fifo(), inFlight: 0 };
    this.#ranks.push(rank);
    return rank;
  }

  #rankOf(partition: AssignedPartition): Rank {
    const rank = this.#rankOfTopic.get(partition.topic);
    if (rank === undefined) throw new Error(`Topic ${partition.topic} was not subscribed.`);
    return rank;
  }

  /** Once for what is added together, and only when there is something to take. */
  #announce(): void {
    if (this.#announced || !this.#open || !this.#ranks.some((rank) => rank.ready.size > 0)) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      for (const callback of this.#callbacks) callback();
    });
  }
}
