import type { Stop } from "@pulsecourier/db";
import { type Breaker, createBreaker } from "./breaker.ts";
import { createHealthTally, type HealthTally } from "./health-tally.ts";
import type { Pace } from "./pace.ts";
import type { ProviderAccount } from "./provider.ts";
import type { Shares } from "./shift-shares.ts";

/** An open provider account, its breaker and its pace. */
export type Account = {
  readonly name: string;
  readonly provider: ProviderAccount;
  readonly breaker: Breaker;
  /** Null for an account without a rate of its own. */
  readonly pace: Pace | null;
  /**
   * Its share of the deliveries, which its health moves; without weights accounts are taken in the order they are
   * listed in.
   */
  weight: number | undefined;
  /** What is seen of it; null without a weight, since nothing is made of it then. */
  readonly health: HealthTally | null;
  /** With `most` under way an account is passed over, so that a slow one leaves call slots for the others. */
  readonly calls: { underWay: number; readonly most: number };
  /** Set while an operator has stopped it: it takes no calls. */
  stop: Stop | null;
};

/** The accounts of a channel: those of the environment, and those sandbox deliveries use instead. */
export type Accounts = {
  /** The accounts for a delivery, as listed; with an address only those that take it. */
  of(sandbox: boolean, address?: string): readonly Account[];
  /** How many deliveries may be taken up: 0 when every account is down, stopped, or has as many waiting as its rate allows. */
  capacity(): number;
  /** ms until an account that takes none now may take one again. */
  msUntilNext(): number;
  /** Calls the listener when accounts may take calls earlier than `msUntilNext` said. */
  onAvailable(listener: () => void): void;
  announce(): void;
  /** The shares of weighted accounts, by `<channel>:live` or `<channel>:sandbox`; none without weights. */
  shares(): ReadonlyMap<string, Shares>;
  close(): Promise<void>;
};

export function createAccount(
  name: string,
  provider: ProviderAccount,
  o: { weight?: number | undefined; pace?: Pace | null; mostCalls?: number } = {},
): Account {
  const { weight, pace = null, mostCalls: most = Number.POSITIVE_INFINITY } = o;
  const health = weight === undefined ? null : createHealthTally();
  const calls = { underWay: 0, most };
  return { name, provider, breaker: createBreaker(), pace, weight, calls, health, stop: null };
}

export function createAccounts(live: readonly Account[], sandbox: readonly Account[]): Accounts {
  const all = [...live, ...sandbox];
  const listeners: (() => void)[] = [];
  return {
    of: (inSandbox, address) => taking(inSandbox ? sandbox : live, address),
    capacity: () => all.reduce((sum, account) => sum + capacityOf(account), 0),
    msUntilNext: () => Math.min(...all.map(msUntil)),
    onAvailable: (listener) => void listeners.push(listener),
    announce() {
      for (const listener of listeners) listener();
    },
    shares: () => new Map(),
    async close() {
      await Promise.all(all.map(async ({ pace }) => pace?.close()));
      await Promise.all(all.map(async ({ provider }) => provider.close?.()));
    },
  };
}

/** Whether a call through it could be made now, its rate left aside. */
export function takesCalls({ breaker, stop }: Account): boolean {
  return stop === null && breaker.capacity() > 0;
}

/** Of those this attempt has not had, the calls by which they are tried again. */
export function trialsOf(
  accounts: readonly Account[],
  { tried }: { tried: ReadonlySet<Account> },
): Promise<void>[] {
  return accounts.flatMap((account) =>
    tried.has(account) || account.stop !== null ? [] : (account.breaker.trial() ?? []),
  );
}

function capacityOf({ breaker, pace, stop }: Account): number {
  const capacity = stop === null ? breaker.capacity() : 0;
  return pace === null || capacity === 0 ? capacity : Math.min(capacity, pace.room());
}

/** ms until the account's breaker lets a call through; 0 when it does, without end while it is stopped. */
export function msUntil({ breaker, stop }: Account): number {
  if (stop !== null) return Number.POSITIVE_INFINITY;
  return Math.max(0, breaker.opensAgainAt() - performance.now());
}

/** All of them, unless one is particular. */
function taking(accounts: readonly Account[], address?: string): readonly Account[] {
  if (address === undefined || accounts.every(({ provider }) => provider.takes === undefined))
    return accounts;
  return accounts.filter(({ provider }) => provider.takes?.(address) ?? true);
}
