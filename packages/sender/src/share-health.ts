import type { Db } from "@pulsecourier/db";
import type { Logger } from "@pulsecourier/observability";
import type { Redis } from "@pulsecourier/redis";
import { repeat } from "@pulsecourier/runtime";
import type { Account } from "./account.ts";
import type { HealthTally } from "./health-tally.ts";
import { createAwaitedReceipts, type AwaitedReceipts } from "./await-receipts.ts";
import { NOTHING_SEEN, type Seen } from "./judge-account.ts";
import { encodeSeen, readTurn, STORE, TURN } from "./shares-in-redis.ts";
import { type Shares, sharesAtRest, type Shift, shiftShares } from "./shift-shares.ts";

export type HealthTimes = {
  /** How often processes tell what they saw and hear what was made of it, ms. */
  everyMs: number;
  /** How often shares are looked at, by one process for all, ms. */
  lookMs: number;
  /** A receipt that has not come by then is late, ms. */
  lateAfterMs: number;
};

export const HEALTH_TIMES: HealthTimes = { everyMs: 5_000, lookMs: 60_000, lateAfterMs: 300_000 };

export type SharingOptions = {
  redis: Redis;
  db: Pick<Db, "query">;
  logger: Logger;
  times: HealthTimes;
  onShift: (group: string, shift: Shift) => void;
};

/** The weighted accounts of a channel, live or sandbox, and what is known of their shares. */
type Group = {
  name: string;
  /** Names the group and its weights: processes with other weights have shares of their own. */
  key: string;
  weights: ReadonlyMap<string, number>;
  members: { account: Account; health: HealthTally; receipts: AwaitedReceipts }[];
  shares: Shares;
  /** Counted here and told to nobody yet. */
  untold: Map<string, Seen>;
  nextSample: number;
  nextLook: number;
};

/**
 * Moves the shares of weighted accounts by their health, the same at every instance: each tells Redis what it counted,
 * one of them looks at the sums every minute, and all take over what came of it. While Redis is away each looks at what
 * it sees itself. Groups without weights are left out.
 */
export function shareHealth(
  named: ReadonlyMap<string, readonly Account[]>,
  o: SharingOptions,
): { shares(): ReadonlyMap<string, Shares>; close(): Promise<void> } {
  const groups = [...named].flatMap(([name, accounts]) => openGroup(name, accounts, o));
  const looking = repeat(async () => {
    try {
      for (const group of groups) await lookAfter(group, o);
    } catch (err) {
      o.logger.error({ err }, "shares stay as they are; trying again");
    }
    return o.times.everyMs;
  });
  return {
    shares: () => new Map(groups.map(({ name, shares }) => [name, shares])),
    close: () => looking.close(),
  };
}

function openGroup(name: string, accounts: readonly Account[], o: SharingOptions): Group[] {
  const { lateAfterMs, lookMs } = o.times;
  const members = accounts.flatMap((account) => {
    const { health } = account;
    const receipts = createAwaitedReceipts({ db: o.db, lateAfterMs });
    return health === null ? [] : [{ account, health, receipts }];
  });
  if (members.length < 2) return [];
  const weights = new Map(members.map(({ account }) => [account.name, account.weight ?? 1]));
  const now = Date.now();
  const signature = [...weights].map(([of, weight]) => `${of}:${weight}`).join(",");
  const group: Group = {
    name,
    key: `shares:${name}:${signature}`,
    weights,
    members,
    shares: sharesAtRest(weights, now),
    untold: new Map(),
    nextSample: now + lookMs,
    nextLook: now + lookMs,
  };
  return [group];
}

async function lookAfter(group: Group, o: SharingOptions): Promise<void> {
  await count(group, o);
  const fields = [...group.untold].flatMap(([name, seen]) => encodeSeen(name, seen));
  const keys = [group.key, `${group.key}:seen`, `${group.key}:turn`];
  const args = [o.times.lookMs, ...fields].map(String);
  const answer = await o.redis.run((client) => client.eval(TURN, keys.length, ...keys, ...args));
  const turn = answer.ok ? readTurn(answer.value) : null;
  if (turn === null) return lookAlone(group, o);
  group.untold.clear();
  group.nextLook = Date.now() + o.times.lookMs;
  const shares = turn.shares ?? group.shares;
  if (turn.seen === null) return adopt(group, shares);
  look(group, { ...turn, seen: turn.seen, shares }, o);
  await o.redis.run((client) => client.eval(STORE, 1, group.key, JSON.stringify(group.shares)));
}

/** Redis is away: each process goes by what it sees, and takes over what the others know when it is back. */
function lookAlone(group: Group, o: SharingOptions): void {
  const now = Date.now();
  if (now < group.nextLook) return;
  group.nextLook = now + o.times.lookMs;
  look(group, { seen: group.untold, shares: group.shares, now }, o);
  group.untold.clear();
}

function look(
  group: Group,
  from: { seen: ReadonlyMap<string, Seen>; shares: Shares; now: number },
  o: SharingOptions,
): void {
  const { weights } = group;
  const shares = shiftShares(from.shares, { weights, seen: from.seen, now: from.now });
  for (const shift of shares.shifts) if (shift.at === from.now) o.onShift(group.name, shift);
  adopt(group, shares);
}

function adopt(group: Group, shares: Shares): void {
  group.shares = shares;
  for (const { account } of group.members)
    account.weight = shares.accounts[account.name]?.share ?? account.weight;
}

/** Adds what was counted since the last time, and once a look the receipts that are due. */
async function count(group: Group, { times, logger }: SharingOptions): Promise<void> {
  const now = Date.now();
  const samples = now >= group.nextSample;
  if (samples) group.nextSample = now + times.lookMs;
  for (const { account, health, receipts } of group.members) {
    if (samples) {
      receipts.add(health.takeSample(), now);
      try {
        const { due, late } = await receipts.due(now);
        health.receipts(due, late);
      } catch (err) {
        logger.warn({ err }, "receipts could not be looked up; they are not counted");
      }
    }
    const { untold } = group;
    untold.set(account.name, sum(untold.get(account.name), health.take()));
  }
}

function sum(before: Seen = NOTHING_SEEN, more: Seen): Seen {
  return {
    calls: before.calls + more.calls,
    failures: before.failures + more.failures,
    due: before.due + more.due,
    late: before.late + more.late,
  };
}
