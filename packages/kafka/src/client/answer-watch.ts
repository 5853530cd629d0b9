/** Longer than a broker waits for its replicas. */
export const ANSWER_MS = 6_000;
/** A join is answered when the other members have come, within the rebalance timeout of 30 s. */
export const SLOW_ANSWER_MS = 35_000;

/** Produce, Fetch, ListOffsets, Metadata, OffsetCommit, OffsetFetch, FindCoordinator, Heartbeat. */
const PROMPT_REQUESTS = [0, 1, 2, 3, 8, 9, 10, 12];
const SIZE_BYTES = 4;

/**
 * Whether a broker still answers on one connection: it does so in the order of the requests, one
 * after the other, so that each sign of life gives the next request its full time. Times are
 * milliseconds of one monotonic clock.
 */
export class AnswerWatch {
  /** What each unanswered request may take. */
  readonly #limits: number[] = [];
  #heardAt = 0;
  /** Of the answer that is arriving: its size as far as it is known, then the bytes to come. */
  #size = Buffer.alloc(0);
  #missing = 0;

  /** A whole request was written: its size, then the number of its kind. */
  asked(request: Uint8Array, now: number): void {
    const kind = Buffer.from(request.buffer, request.byteOffset).readInt16BE(SIZE_BYTES);
    if (this.#limits.length === 0) this.#heardAt = now;
    this.#limits.push(PROMPT_REQUESTS.includes(kind) ? ANSWER_MS : SLOW_ANSWER_MS);
  }

  received(bytes: Buffer, now: number): void {
    this.#heardAt = now;
    let at = 0;
    while (at < bytes.length) {
      if (this.#missing === 0) {
        const part = bytes.subarray(at, at + SIZE_BYTES - this.#size.length);
        this.#size = Buffer.concat([this.#size, part]);
        at += part.length;
        if (this.#size.length < SIZE_BYTES) return;
        this.#missing = this.#size.readInt32BE();
        this.#size = Buffer.alloc(0);
      }
      const taken = Math.min(this.#missing, bytes.length - at);
      at += taken;
      this.#missing -= taken;
      if (this.#missing === 0) this.#limits.shift();
    }
  }

  overdue(now: number): boolean {
    return this.#limits.length > 0 && now - this.#heardAt > Math.max(...this.#limits);
  }
}
