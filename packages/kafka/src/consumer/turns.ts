import { Fifo } from "../fifo.ts";

/** What several owners wait for: given out owner by owner in turn, each owner's in the order it came. */
export class Turns<T> {
  readonly #waiting = new Map<string, Fifo<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(owner: string, item: T): void {
    const queue = this.#waiting.get(owner);
    this.#size += 1;
    if (queue !== undefined) return queue.push(item);
    const first = new Fifo<T>();
    first.push(item);
    this.#waiting.set(owner, first);
  }

  shift(): T | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [owner, queue] = next;
    this.#size -= 1;
    const item = queue.shift();
    if (queue.size > 0 && this.#waiting.size === 1) return item;
    this.#waiting.delete(owner);
    // Set anew, it comes last.
    if (queue.size > 0) this.#waiting.set(owner, queue);
    return item;
  }
}
