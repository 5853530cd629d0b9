import {
  CALM_MS,
  type Health,
  type Illness,
  isIll,
  judge,
  NOTHING_SEEN,
  type Seen,
  untold,
} from "./judge-account.ts";

/** One move of an account's share, and why. Shares are percent of the channel's deliveries. */
export type Shift = {
  /** ms since 1970. */
  at: number;
  account: string;
  from: number;
  to: number;
  rest: number;
  reason: Illness["reason"] | "recovered";
  detail: string;
};

/** What is known of one weighted account. */
export type AccountShare = {
  share: number;
  /** What its weight gives it. */
  rest: number;
  /** When its share was last cut or given back, ms since 1970. */
  movedAt: number;
  health: Health;
};

export type Shares = {
  accounts: Readonly<Record<string, AccountShare>>;
  /** The last moves, newest first. */
  shifts: readonly Shift[];
};

/** Percent a share is cut by at a time, and comes back by. */
export const STEP = 10;
/** An account keeps this much, or its own share if that is smaller, so that it can show that it has recovered. */
export const FLOOR = 5;
const SHIFTS_KEPT = 20;
/** Less is rounding. */
const TINY = 1e-6;

/** Shares as the weights give them, percent. */
function restOf(weights: ReadonlyMap<string, number>): Map<string, number> {
  let sum = 0;
  for (const weight of weights.values()) sum += weight;
  return new Map([...weights].map(([name, weight]) => [name, (weight * 100) / sum]));
}

export function sharesAtRest(weights: ReadonlyMap<string, number>, now: number): Shares {
  const accounts = [...restOf(weights)].map(([name, share]) => [name, newcomer(share, now)]);
  return { accounts: Object.fromEntries(accounts), shifts: [] };
}

/**
 * The shares after a look: an account found ill loses a step to those that are not; when all are, nothing moves, since
 * then it is not the account. What was lost comes back a step every 15 calm minutes. The shares are always 100
 * together, and none is under its floor. Pure.
 */
export function shiftShares(
  before: Shares,
  o: { weights: ReadonlyMap<string, number>; seen: ReadonlyMap<string, Seen>; now: number },
): Shares {
  const { now } = o;
  const looks = [...restOf(o.weights)].map(([name, rest]): Look => {
    const { share, movedAt, health: known } = before.accounts[name] ?? newcomer(rest, now);
    const { health, found } = judge(known, o.seen.get(name) ?? NOTHING_SEEN, now);
    return { name, rest, share, movedAt, health, found, ill: isIll(health, now) };
  });
  const shifts = [...cut(looks, now), ...giveBack(looks, now)];
  const accounts = looks.map(({ name, share, rest, movedAt, health }) => [
    name,
    { share, rest, movedAt, health },
  ]);
  return {
    accounts: Object.fromEntries(accounts),
    shifts: [...shifts, ...before.shifts].slice(0, SHIFTS_KEPT),
  };
}

/** An account while its share is decided about. */
type Look = AccountShare & { name: string; ill: boolean; found: Illness | null };

const newcomer = (rest: number, now: number): AccountShare => ({
  share: rest,
  rest,
  movedAt: 0,
  health: untold(now),
});

/** Takes a step from each account found ill and gives it to those that are not, in proportion to their weights. */
function cut(looks: readonly Look[], now: number): Shift[] {
  const takers = looks.filter(({ ill }) => !ill);
  if (takers.length === 0) return [];
  const resting = takers.reduce((sum, { rest }) => sum + rest, 0);
  const shifts: Shift[] = [];
  let taken = 0;
  for (const one of looks) {
    const points = Math.min(STEP, one.share - Math.min(FLOOR, one.rest));
    if (one.found === null || points < TINY) continue;
    taken += points;
    shifts.push(move(one, -points, { now, why: one.found }));
  }
  for (const one of takers) one.share += (taken * one.rest) / resting;
  return shifts;
}

const RECOVERED = { reason: "recovered", detail: "calm for 15 minutes" } as const;

/** Brings shares that were cut a step nearer to where they rest, from those that had taken them over. */
function giveBack(looks: readonly Look[], now: number): Shift[] {
  const above = looks.filter(({ share, rest }) => share > rest);
  const excess = above.reduce((sum, { share, rest }) => sum + share - rest, 0);
  const shifts: Shift[] = [];
  let given = 0;
  for (const one of looks) {
    // A stamp of a clock that is ahead is older the next time.
    one.movedAt = Math.min(one.movedAt, now);
    const points = Math.min(STEP, one.rest - one.share, excess - given);
    if (one.ill || now - one.movedAt < CALM_MS || points < TINY) continue;
    given += points;
    shifts.push(move(one, points, { now, why: RECOVERED }));
  }
  if (given > 0) for (const one of above) one.share -= (given * (one.share - one.rest)) / excess;
  return shifts;
}

function move(
  one: Look,
  points: number,
  o: { now: number; why: Pick<Shift, "reason" | "detail"> },
): Shift {
  const { name: account, share: from, rest } = one;
  one.share += points;
  one.movedAt = o.now;
  const { reason, detail } = o.why;
  return { at: o.now, account, from, to: one.share, rest, reason, detail };
}
