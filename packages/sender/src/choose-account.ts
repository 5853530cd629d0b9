import { type Account, takesCalls } from "./account.ts";
import type { Permit } from "./breaker.ts";
import type { Urgency } from "./pace.ts";
import type { Work } from "./work.ts";

/** Why an attempt left an account: the kind of its outcome, or what kept the call from being made. */
export type LeftFor =
  | "transient"
  | "rate_limited"
  | "config"
  | "sender_refused"
  | "breaker_open"
  | "paced"
  | "busy"
  | "stopped";

/** An account this attempt cannot or could not use. */
export type Left = { provider: string; cause: LeftFor; reason: string };

/** An account with the right to one call, or null; `passedOver` are those before it that take none now. */
export type Choice = { chosen: { account: Account; permit: Permit } | null; passedOver: Left[] };

const NONE: Left[] = [];

const REASONS = {
  breaker_open: "its breaker is open",
  paced: "its rate is used up for longer than a call may wait",
  busy: "it has its part of the calls to answer",
  stopped: "an operator has stopped it",
} as const;

/** An attempt that looks for an account; `token` is one of that account's pace. */
export type Seeker = Pick<Work, "tried" | "token">;

/**
 * The first account in order, or by weight, that has not had this attempt and takes a call now. One that has its part of
 * the calls under way comes after all others.
 */
export function chooseAccount(accounts: readonly Account[], seeker: Seeker): Choice {
  const order = inOrder(accounts, seeker);
  const choice = chooseFrom(order, seeker, isBusy);
  return choice.chosen === null && order.some(isBusy)
    ? chooseFrom(order, seeker, () => false)
    : choice;
}

const isBusy = ({ calls, stop }: Account) => stop === null && calls.underWay >= calls.most;

function chooseFrom(
  order: readonly Account[],
  seeker: Seeker,
  leavesOut: (account: Account) => boolean,
): Choice {
  let passedOver = NONE;
  for (const account of order) {
    if (seeker.tried.has(account)) continue;
    const permit = leavesOut(account) ? "busy" : permitOf(account, seeker);
    if (typeof permit === "number") return { chosen: { account, permit }, passedOver };
    const reason = REASONS[permit];
    passedOver = [...passedOver, { provider: account.name, cause: permit, reason }];
  }
  return { chosen: null, passedOver };
}

/** The right to one call, or why there is none. */
function permitOf(account: Account, seeker: Seeker): Permit | "stopped" | "breaker_open" | "paced" {
  if (account.stop !== null) return "stopped";
  const permit = account.breaker.acquire();
  if (permit === null) return "breaker_open";
  if (takeToken(account, seeker)) return permit;
  account.breaker.release(permit);
  return "paced";
}

/** Tokens for another account than the one chosen go back. */
export function returnToken(seeker: Seeker): void {
  seeker.token?.pace?.giveBack();
  seeker.token = null;
}

function takeToken(account: Account, seeker: Seeker): boolean {
  if (account.pace === null) return true;
  if (seeker.token !== account) return account.pace.tryTake();
  seeker.token = null;
  return true;
}

/** Whether `chooseAccount` would find one. */
export function hasAnother(accounts: readonly Account[], tried: ReadonlySet<Account>): boolean {
  return accounts.some((account) => !tried.has(account) && takesCalls(account));
}

/**
 * As listed; with weights drawn anew, so that each comes first in proportion to its weight. An account whose token the
 * attempt holds was drawn before.
 */
export function inOrder(
  accounts: readonly Account[],
  { token }: Pick<Seeker, "token">,
): readonly Account[] {
  if (accounts.length < 2 || accounts[0]?.weight === undefined) return accounts;
  // Efraimidis and Spirakis: the largest of u^(1/w) is drawn in proportion to w, the next among the rest.
  const drawn = accounts.map((account) => ({
    account,
    place: account === token ? 1 : Math.random() ** (1 / (account.weight ?? 1)),
  }));
  return drawn.toSorted((a, b) => b.place - a.place).map(({ account }) => account);
}

/** Who is served first when calls wait for an account: what waited before, then by lane. */
export function urgencyOf({ delivery, waits }: Pick<Work, "delivery" | "waits">): Urgency {
  return delivery.lane === "critical" || waits === 0 ? delivery.lane : "returned";
}
