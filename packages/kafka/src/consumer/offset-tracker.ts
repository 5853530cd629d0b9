import { Fifo } from "../fifo.ts";

/** What is tracked of a record. `since` is the epoch ms its age counts from. */
export type Tracked = { readonly offset: bigint; readonly since: number; finished: boolean };

/**
 * Which records of one partition are finished. Only the contiguous finished prefix may be
 * committed: past it nothing is certain.
 */
export class OffsetTracker {
  readonly #records = new Fifo<Tracked>();
  #unfinished = 0;
  #position: bigint | undefined;

  /** Offsets must ascend; gaps are those of the log. */
  add(record: Tracked): void {
    this.#position ??= record.offset;
    this.#records.push(record);
    this.#unfinished += 1;
  }

  finish(record: Tracked): void {
    if (record.finished) return;
    record.finished = true;
    this.#unfinished -= 1;
    for (let head = this.#records.peek(); head?.finished; head = this.#records.peek()) {
      this.#position = head.offset + 1n;
      this.#records.shift();
    }
  }

  /** The offset to commit: everything below it is finished. Undefined before the first record. */
  get position(): bigint | undefined {
    return this.#position;
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  /** From the oldest unfinished offset to the newest. */
  get distance(): number {
    const head = this.#records.peek();
    const last = this.#records.last();
    return head === undefined || last === undefined ? 0 : Number(last.offset - head.offset);
  }

  /** Since when the oldest unfinished record has been waiting. */
  get oldestSince(): number | undefined {
    return this.#records.peek()?.since;
  }
}
