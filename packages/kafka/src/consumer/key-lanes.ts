import { Fifo } from "../fifo.ts";
import { Turns } from "./turns.ts";

type Lane<T> = { key: string | null; owner: string; waiting: Fifo<T>; inFlight: number };

/**
 * Items of one partition by key: each key's items in order, and none given out while another of
 * that key is in flight. Items without a key wait for nobody. Owners take turns; a key is one owner's.
 */
export class KeyLanes<T extends { readonly key: string | null; readonly owner: string }> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #ready = new Turns<Lane<T>>();
  /** Where the items in flight came from. */
  readonly #origins = new Map<T, Lane<T>>();
  #waiting = 0;

  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(item: T): void {
    const lane = this.#laneOf(item);
    lane.waiting.push(item);
    this.#waiting += 1;
    if (lane.waiting.size === 1 && lane.inFlight === 0) this.#ready.push(lane.owner, lane);
  }

  /** Items of the next free key, in order, at most `max` of them; they hold the key until finished. */
  take(max: number): T[] {
    const lane = this.#ready.shift();
    if (lane === undefined) return [];
    const items: T[] = [];
    while (items.length < max) {
      const item = lane.waiting.shift();
      if (item === undefined) break;
      items.push(item);
      this.#origins.set(item, lane);
    }
    lane.inFlight = items.length;
    this.#waiting -= items.length;
    return items;
  }

  finish(item: T): void {
    const lane = this.#origins.get(item);
    if (lane === undefined) return;
    this.#origins.delete(item);
    lane.inFlight -= 1;
    if (lane.inFlight > 0) return;
    if (lane.waiting.size > 0) this.#ready.push(lane.owner, lane);
    else if (lane.key !== null) this.#lanes.delete(lane.key);
  }

  #laneOf({ key, owner }: T): Lane<T> {
    const known = key === null ? undefined : this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane<T> = { key, owner, waiting: new Fifo(), inFlight: 0 };
    if (key !== null) this.#lanes.set(key, lane);
    return lane;
  }
}
