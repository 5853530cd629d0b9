import { Fifo } from "../fifo.ts";

/** Limits and waits of one partition's requests. */
export const MAX_REQUEST_RECORDS = 500;
export const MAX_REQUEST_BYTES = 256 * 1024;
export const LINGER_MS = 5;
export const BUSY_MS = 5;

type Waiting<T> = { item: T; bytes: number; addedAt: number };

/**
 * The records of one partition that wait to be sent, and when the next request should leave:
 * at once on a quiet partition, up to 5 ms later on one that sent less than 5 ms ago, never while
 * a request is in flight. Times are milliseconds of one monotonic clock.
 */
export class PartitionBuffer<T> {
  readonly #waiting = new Fifo<Waiting<T>>();
  #bytes = 0;
  #inFlight = false;
  #sentAt = Number.NEGATIVE_INFINITY;

  add(item: T, bytes: number, now: number): void {
    this.#waiting.push({ item, bytes, addedAt: now });
    this.#bytes += bytes;
  }

  /** When the next request should leave; Infinity when there is none to send now. */
  dueAt(): number {
    const oldest = this.#waiting.peek();
    if (oldest === undefined || this.#inFlight) return Number.POSITIVE_INFINITY;
    const full = this.#waiting.size >= MAX_REQUEST_RECORDS || this.#bytes >= MAX_REQUEST_BYTES;
    const quiet = oldest.addedAt - this.#sentAt >= BUSY_MS;
    return full || quiet ? oldest.addedAt : oldest.addedAt + LINGER_MS;
  }

  /** Takes the records of the next request, at least one, and holds the partition until `settled`. */
  take(now: number): T[] {
    const items: T[] = [];
    let bytes = 0;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      const fits = items.length < MAX_REQUEST_RECORDS && bytes + next.bytes <= MAX_REQUEST_BYTES;
      if (!fits && items.length > 0) break;
      items.push(next.item);
      bytes += next.bytes;
      this.#waiting.shift();
    }
    this.#bytes -= bytes;
    this.#inFlight = true;
    this.#sentAt = now;
    return items;
  }

  /** The request has ended, well or not. */
  settled(now: number): void {
    this.#inFlight = false;
    this.#sentAt = now;
  }
}
