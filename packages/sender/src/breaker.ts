import { createCallWindow } from "./call-window.ts";
import type { ProviderOutcome } from "./provider.ts";

/** The right to one call; tells calls from before an opening from those after it. */
export type Permit = number;

/** What instances of a sender tell each other of an account. */
export type BreakerState = {
  /** ms it stays open from now; 0 or less: it lets calls through. */
  openMs: number;
  /** Openings since the account last worked; above 0, the next call is a try. */
  openings: number;
};

/**
 * Guards one account: closed, open for a while, then one call at a time until one is answered. Opens when half of
 * the last calls failed, at once when the account is misconfigured, and for as long as a rate limit asks.
 */
export type Breaker = {
  /** 0 while open, 1 while being tried again, otherwise no limit. */
  capacity(): number;
  /** Takes the right to one call; every permit must be given to `record` or `release`. */
  acquire(): Permit | null;
  /** A call that was not made after all. */
  release(permit: Permit): void;
  record(permit: Permit, outcome: ProviderOutcome): void;
  /** Ends when the one call by which the account is tried again has; null while there is none. */
  trial(): Promise<void> | null;
  /** `now()` time at which an open breaker lets a call through again. */
  opensAgainAt(): number;
  state(): BreakerState;
  /** Takes over what another instance found out. */
  adopt(state: BreakerState): void;
  /** Called when this instance finds out something others should know. */
  onChange(listener: () => void): void;
};

const WINDOW = { size: 100, ms: 30_000 };
const FEWEST_CALLS = 10;
const FAILED_SHARE = 0.5;
const FIRST_OPEN_MS = 5_000;
const FIRST_OPEN_MISCONFIGURED_MS = 30_000;
/** A rate limit without a time: the first pause, doubled until a call is accepted. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_OPEN_MS = 120_000;

/** `now` in ms, any origin. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  return new AccountBreaker(now);
}

class AccountBreaker implements Breaker {
  readonly #now: () => number;
  readonly #window = createCallWindow(WINDOW);
  readonly #listeners: (() => void)[] = [];
  #openings = 0;
  #pauses = 0;
  #openUntil = 0;
  #trial: PromiseWithResolvers<void> | null = null;
  /** Counts openings and closings: a permit of an earlier era says nothing of this one. */
  #era: Permit = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  capacity(): number {
    if (this.#now() < this.#openUntil) return 0;
    if (this.#openings === 0) return Number.POSITIVE_INFINITY;
    return this.#trial === null ? 1 : 0;
  }

  acquire(): Permit | null {
    if (this.capacity() === 0) return null;
    if (this.#openings > 0) this.#trial = Promise.withResolvers();
    return this.#era;
  }

  release(permit: Permit): void {
    if (permit === this.#era) this.#endTrial();
  }

  record(permit: Permit, outcome: ProviderOutcome): void {
    const ofRecipient = "scope" in outcome && outcome.scope === "recipient";
    if (outcome.kind === "rate_limited" && !ofRecipient) this.#pause(outcome.retryAfterMs);
    if (permit !== this.#era) return;
    this.#endTrial();
    if (ofRecipient) return this.#answered();
    if (outcome.kind === "config") this.#trip(FIRST_OPEN_MISCONFIGURED_MS);
    else if (outcome.kind === "transient" || outcome.kind === "ambiguous") this.#failed();
    else if (outcome.kind !== "rate_limited") this.#answered();
  }

  trial(): Promise<void> | null {
    return this.#trial?.promise ?? null;
  }

  #endTrial(): void {
    this.#trial?.resolve();
    this.#trial = null;
  }

  opensAgainAt(): number {
    return this.#openUntil;
  }

  state(): BreakerState {
    return { openMs: Math.max(0, this.#openUntil - this.#now()), openings: this.#openings };
  }

  adopt(state: BreakerState): void {
    const turns = state.openMs > 0 || (this.#openings === 0) !== (state.openings === 0);
    this.#openUntil = state.openMs > 0 ? this.#now() + state.openMs : 0;
    this.#openings = state.openings;
    if (turns) this.#turn();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #answered(): void {
    if (this.#openings > 0) {
      this.#openings = 0;
      this.#turn();
      this.#changed();
    }
    this.#pauses = 0;
    this.#window.add(this.#now(), false);
  }

  #failed(): void {
    this.#window.add(this.#now(), true);
    const { calls, failures } = this.#window.counts();
    const tooMany = calls >= FEWEST_CALLS && failures >= calls * FAILED_SHARE;
    if (this.#openings > 0 || tooMany) this.#trip(FIRST_OPEN_MS);
  }

  #trip(firstMs: number): void {
    const openMs = Math.min(firstMs * 2 ** this.#openings, LONGEST_OPEN_MS);
    this.#openUntil = Math.max(this.#openUntil, this.#now() + openMs);
    this.#openings += 1;
    this.#turn();
    this.#changed();
  }

  #pause(retryAfterMs: number | undefined): void {
    // Calls that were under way when the pause began say nothing new, unless they name a later time.
    if (retryAfterMs === undefined && this.#now() < this.#openUntil) return;
    const backOff = Math.min(FIRST_PAUSE_MS * 2 ** this.#pauses, LONGEST_PAUSE_MS);
    if (retryAfterMs === undefined) this.#pauses += 1;
    const until = this.#now() + Math.min(retryAfterMs ?? backOff, LONGEST_OPEN_MS);
    if (until <= this.#openUntil) return;
    this.#openUntil = until;
    this.#changed();
  }

  #turn(): void {
    this.#era += 1;
    this.#endTrial();
    this.#window.clear();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
