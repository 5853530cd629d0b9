import { pause, type TokenSupply } from "./token-supply.ts";

/** Who gets a token first when several wait. */
export const URGENCIES = ["critical", "returned", "normal", "bulk"] as const;
export type Urgency = (typeof URGENCIES)[number];

/** Keeps the calls of one account at its rate. */
export type Pace = {
  /** Takes a token that is at hand. */
  tryTake(): boolean;
  /** Waits for a token; false when there was none within the longest wait, or the pace was closed. */
  take(urgency: Urgency): Promise<boolean>;
  /** Returns a token that was not used. */
  giveBack(): void;
  /** Whether a call as urgent as this would get a token within the longest wait, as far as can be told. */
  mayTake(urgency: Urgency): boolean;
  /** How many more may wait. */
  room(): number;
  /** ms until a time of its own for a call that cannot wait in memory; each gets another time. */
  reserve(): number;
  /** How many wait for a token. */
  waiting(): number;
  close(): Promise<void>;
};

/** Longer than this nothing waits in memory, ms. */
export const LONGEST_WAIT_MS = 1_000;
/** Tokens are fetched for this much time at once, ms, so that a fetch is made per batch and not per call. */
const BATCH_MS = 50;
/** Tokens at hand that nobody used are void after this, ms: others may have waited for them. */
const AT_HAND_MS = 1_000;
const MOST_WAITING = 4_096;
/** How much of the longest wait is filled with calls that could be left in their topics. */
const FILLED = 0.8;
/** Who was let in to wait gives up only when this many times later than expected. */
const PATIENCE = 3;
const MOST_PATIENCE_MS = 3_000;
/** How often an instance says that it is there, ms. */
const PRESENCE_MS = 3_000;

type Waiter = { until: number; answer: (granted: boolean) => void };

/** `perSecond` is the account's rate over all instances. */
export function createPace(o: { perSecond: number; supply: TokenSupply }): Pace {
  return new TokenPace(o);
}

class TokenPace implements Pace {
  readonly #perSecond: number;
  readonly #supply: TokenSupply;
  readonly #queues: Waiter[][] = URGENCIES.map(() => []);
  readonly #closed = new AbortController();
  readonly #presence: NodeJS.Timeout;
  #atHand = 0;
  #atHandUntil = 0;
  #instances = 1;
  #fetching = false;
  #reservedUntil = 0;
  /** When the supply said it would have more. */
  #nextAt = 0;

  constructor(o: { perSecond: number; supply: TokenSupply }) {
    this.#perSecond = o.perSecond;
    this.#supply = o.supply;
    const present = () =>
      void this.#supply.lease(0).then((lease) => (this.#instances = lease.instances));
    this.#presence = setInterval(present, PRESENCE_MS).unref();
  }

  tryTake(): boolean {
    if (this.#atHand === 0 || this.waiting() > 0) return false;
    if (performance.now() > this.#atHandUntil) {
      this.#atHand = 0;
      return false;
    }
    this.#atHand -= 1;
    return true;
  }

  take(urgency: Urgency): Promise<boolean> {
    if (this.#closed.signal.aborted) return Promise.resolve(false);
    if (this.tryTake()) return Promise.resolve(true);
    return new Promise((answer) => {
      const expected = Math.max(LONGEST_WAIT_MS, 1_000 / this.#share());
      const until = performance.now() + Math.min(expected * PATIENCE, MOST_PATIENCE_MS);
      this.#queues[URGENCIES.indexOf(urgency)]?.push({ until, answer });
      if (!this.#fetching) void this.#fetch();
    });
  }

  giveBack(): void {
    this.#hand(1);
  }

  mayTake(urgency: Urgency): boolean {
    const before = this.#ahead(urgency);
    const untilNext = Math.max(0, this.#nextAt - performance.now());
    const expected = untilNext + (before * 1_000) / this.#share();
    return before < MOST_WAITING && expected <= LONGEST_WAIT_MS;
  }

  room(): number {
    const most = Math.min(
      MOST_WAITING,
      Math.floor((this.#share() * FILLED * LONGEST_WAIT_MS) / 1_000),
    );
    return Math.max(0, Math.max(1, most) - this.waiting());
  }

  reserve(): number {
    const now = performance.now();
    this.#reservedUntil =
      Math.max(now + LONGEST_WAIT_MS, this.#reservedUntil) + 1_000 / this.#share();
    return this.#reservedUntil - now;
  }

  waiting(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.length, 0);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    clearInterval(this.#presence);
    for (const queue of this.#queues) for (const { answer } of queue.splice(0)) answer(false);
    await this.#supply.leave();
  }

  #share(): number {
    return this.#perSecond / this.#instances;
  }

  #ahead(urgency: Urgency): number {
    const upTo = URGENCIES.indexOf(urgency);
    return this.#queues.reduce((sum, queue, at) => (at <= upTo ? sum + queue.length : sum), 0);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    const wanted = Math.max(1, Math.floor((this.#perSecond * BATCH_MS) / 1_000));
    while (this.waiting() > 0) {
      const { granted, retryMs, instances } = await this.#supply.lease(wanted);
      this.#instances = instances;
      this.#hand(granted);
      this.#nextAt = performance.now() + retryMs;
      // A part of a batch means that the bucket is empty: another fetch is worth it when a batch has gathered.
      const rest = granted === 0 ? retryMs : BATCH_MS;
      if (granted < wanted) await pause(this.#untilLate(rest), this.#closed.signal);
      this.#dropLate();
    }
    this.#fetching = false;
  }

  /** Hands tokens to those who wait, the most urgent first; the rest stays at hand. */
  #hand(tokens: number): void {
    let left = tokens;
    for (const queue of this.#queues) {
      const served = queue.splice(0, left);
      left -= served.length;
      for (const { answer } of served) answer(true);
    }
    if (left === 0) return;
    const now = performance.now();
    if (now > this.#atHandUntil) this.#atHand = 0;
    this.#atHand += left;
    this.#atHandUntil = now + AT_HAND_MS;
  }

  /** At most `ms`, and no longer than the next of those who wait does. */
  #untilLate(ms: number): number {
    const deadlines = this.#queues.map((queue) => queue[0]?.until ?? Number.POSITIVE_INFINITY);
    return Math.max(1, Math.min(ms, Math.min(...deadlines) - performance.now()));
  }

  #dropLate(): void {
    const now = performance.now();
    for (const queue of this.#queues) {
      const onTime = queue.findIndex(({ until }) => until > now + 1);
      const late = queue.splice(0, onTime === -1 ? queue.length : onTime);
      for (const { answer } of late) answer(false);
    }
  }
}
