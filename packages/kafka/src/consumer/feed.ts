import { Entry, type AssignedPartition } from "./assigned-partition.ts";
import type { Fetched } from "./fetched.ts";
import type { InRecord } from "../records/record.ts";
import type { WorkQueue } from "./work-queue.ts";

export type FeedOptions = {
  queue: WorkQueue;
  /** Epoch ms before which a record must not be given out, or null. */
  notBefore: (record: InRecord) => number | null;
  /** Owners take turns. */
  ownerOf: (record: InRecord) => string;
  /** Starts or stops fetching a partition. */
  setFetching: (partition: AssignedPartition, on: boolean) => void;
};

/** A head due within this is kept in memory; one due later is forgotten and fetched again. */
const KEEP_MS = 1_000;
/** How long before the due time a forgotten head is fetched again: resuming takes a fetch's wait. */
const LEAD_MS = 500;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Between the fetcher and the queue: holds a partition back, by pausing it, while too much of it is
 * unfinished or its next record is not due. Never early: the due time is looked at once more
 * whenever a timer fires.
 */
export class Feed {
  readonly #o: FeedOptions;

  constructor(o: FeedOptions) {
    this.#o = o;
  }

  /**
   * Takes what was fetched of a partition and answers the offset up to which it is kept; what lies
   * beyond is to be fetched again.
   */
  offer(partition: AssignedPartition, { records, end }: Fetched): bigint | undefined {
    partition.end = end;
    const allFresh = partition.held.size === 0;
    for (const record of records) {
      // Fetched again after a rejoin, but still here.
      if (record.offset < partition.wanted) continue;
      partition.held.push(record);
      partition.wanted = record.offset + 1n;
      partition.repeats = false;
    }
    this.admit(partition);
    const head = partition.held.peek();
    const wait = (partition.waitsUntil ?? 0) - Date.now();
    if (head === undefined || !allFresh || wait <= KEEP_MS) return records.at(-1)?.offset;
    partition.held.clear();
    partition.wanted = head.offset;
    return head.offset - 1n;
  }

  /** Admits what has become admissible and fetches if there is room. */
  admit(partition: AssignedPartition): void {
    if (partition.lost) return;
    for (let head = partition.held.peek(); head !== undefined; head = partition.held.peek()) {
      if (partition.full) break;
      const dueAt = this.#o.notBefore(head) ?? 0;
      if (dueAt > Date.now()) {
        this.#waitFor(partition, dueAt);
        break;
      }
      partition.held.shift();
      this.#add(partition, head, Math.max(head.timestamp, dueAt));
    }
    const mayFetch = partition.held.size === 0 && partition.waitsUntil === undefined;
    this.#o.setFetching(partition, mayFetch && !partition.paused);
  }

  /** Looks again at a head that is not due: the time it is due at may have come nearer. */
  lookAgain(partition: AssignedPartition): void {
    if (partition.waitsUntil === undefined) return;
    clearTimeout(partition.timer);
    partition.waitsUntil = undefined;
    this.admit(partition);
  }

  #add(partition: AssignedPartition, record: InRecord, since: number): void {
    const entry = new Entry({
      record,
      since,
      partition,
      owner: this.#o.ownerOf(record),
      onDone: (e) => this.#finish(e),
      onAside: (e) => this.#o.queue.countAside(e),
    });
    // Where reading began is where the group stands: nothing to commit before more is finished.
    partition.committed ??= record.offset;
    partition.tracker.add(entry);
    this.#o.queue.add(entry);
  }

  #finish(entry: Entry): void {
    this.#o.queue.finish(entry);
    if (entry.partition.held.size > 0) this.admit(entry.partition);
  }

  #waitFor(partition: AssignedPartition, dueAt: number): void {
    const wait = dueAt - Date.now();
    const delay = wait > KEEP_MS ? wait - LEAD_MS : wait;
    clearTimeout(partition.timer);
    partition.waitsUntil = dueAt;
    partition.timer = setTimeout(
      () => {
        partition.waitsUntil = undefined;
        this.admit(partition);
      },
      Math.min(delay, MAX_TIMER_MS),
    );
  }
}
