import type { KafkaError } from "../client/error.ts";
import type { OutRecord, Receipt } from "../records/record.ts";

export type SendCallOptions = {
  records: OutRecord[];
  /** What each record weighs in a request, in bytes. */
  sizes: number[];
  deadline: number;
  onSettled: (call: SendCall) => void;
};

/** One `send` in progress: settles once, with all receipts or with the first failure. */
export class SendCall {
  readonly records: OutRecord[];
  readonly sizes: number[];
  readonly bytes: number;
  readonly deadline: number;
  readonly receipts: Promise<Receipt[]>;
  readonly #got: Receipt[];
  readonly #settle: { resolve(receipts: Receipt[]): void; reject(error: KafkaError): void };
  readonly #onSettled: (call: SendCall) => void;
  #missing: number;
  #open = true;

  constructor(o: SendCallOptions) {
    this.records = o.records;
    this.sizes = o.sizes;
    this.bytes = o.sizes.reduce((sum, size) => sum + size, 0);
    this.deadline = o.deadline;
    this.#onSettled = o.onSettled;
    this.#missing = o.records.length;
    this.#got = [];
    const { promise, resolve, reject } = Promise.withResolvers<Receipt[]>();
    this.receipts = promise;
    this.#settle = { resolve, reject };
  }

  get open(): boolean {
    return this.#open;
  }

  written(index: number, receipt: Receipt): void {
    this.#got[index] = receipt;
    this.#missing -= 1;
    if (this.#missing > 0 || !this.#open) return;
    this.#close();
    this.#settle.resolve(this.#got);
  }

  fail(error: KafkaError): void {
    if (!this.#open) return;
    this.#close();
    this.#settle.reject(error);
  }

  #close(): void {
    this.#open = false;
    this.#onSettled(this);
  }
}
