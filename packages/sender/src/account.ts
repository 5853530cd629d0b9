import { type Breaker, createBreaker } from "./breaker.ts";
import type { ProviderAccount } from "./provider.ts";

/** An open provider account and its breaker. */
export type Account = {
  readonly name: string;
  readonly provider: ProviderAccount;
  readonly breaker: Breaker;
  /** Its share of the deliveries; without weights accounts are taken in the order they are listed in. */
  readonly weight: number | undefined;
};

/** The accounts of a channel: those of the environment, and those sandbox deliveries use instead. */
export type Accounts = {
  /** The accounts for a delivery, as listed. */
  of(sandbox: boolean): readonly Account[];
  /** How many deliveries may be taken up: 0 when every account is down. */
  capacity(): number;
  /** ms until an account that is down lets a call through again. */
  msUntilNext(): number;
  close(): Promise<void>;
};

export function createAccount(name: string, provider: ProviderAccount, weight?: number): Account {
  return { name, provider, breaker: createBreaker(), weight };
}

export function createAccounts(live: readonly Account[], sandbox: readonly Account[]): Accounts {
  const all = [...live, ...sandbox];
  return {
    of: (inSandbox) => (inSandbox ? sandbox : live),
    capacity: () => all.reduce((sum, account) => sum + account.breaker.capacity(), 0),
    msUntilNext: () =>
      Math.min(...all.map((account) => account.breaker.opensAgainAt())) - performance.now(),
    async close() {
      await Promise.all(all.map(async (account) => account.provider.close?.()));
    },
  };
}
