import type { Account } from "./account.ts";
import type { Permit } from "./breaker.ts";

/** Why an attempt left an account: the kind of its outcome, or what kept the call from being made. */
export type LeftFor = "transient" | "rate_limited" | "config" | "breaker_open";

/** An account this attempt cannot or could not use. */
export type Left = { provider: string; cause: LeftFor; reason: string };

/** An account with the right to one call, or null; `passedOver` are those before it that take none now. */
export type Choice = { chosen: { account: Account; permit: Permit } | null; passedOver: Left[] };

const NONE: Left[] = [];

/** The first account in order, or by weight, that has not had this attempt and whose breaker lets a call through. */
export function chooseAccount(
  accounts: readonly Account[],
  tried: ReadonlySet<Account>,
  random: () => number = Math.random,
): Choice {
  let passedOver = NONE;
  for (const account of inOrder(accounts, random)) {
    if (tried.has(account)) continue;
    const permit = account.breaker.acquire();
    if (permit !== null) return { chosen: { account, permit }, passedOver };
    const left = { provider: account.name, reason: "its breaker is open" } as const;
    passedOver = [...passedOver, { ...left, cause: "breaker_open" }];
  }
  return { chosen: null, passedOver };
}

/** Whether `chooseAccount` would find one. */
export function hasAnother(accounts: readonly Account[], tried: ReadonlySet<Account>): boolean {
  return accounts.some((account) => !tried.has(account) && account.breaker.capacity() > 0);
}

/** As listed; with weights drawn anew, so that each comes first in proportion to its weight. */
function inOrder(accounts: readonly Account[], random: () => number): readonly Account[] {
  if (accounts.length < 2 || accounts[0]?.weight === undefined) return accounts;
  // Efraimidis and Spirakis: the largest of u^(1/w) is drawn in proportion to w, the next among the rest.
  const drawn = accounts.map((account) => ({
    account,
    place: random() ** (1 / (account.weight ?? 1)),
  }));
  return drawn.toSorted((a, b) => b.place - a.place).map(({ account }) => account);
}
