import { setTimeout as sleep } from "node:timers/promises";
import { type Account, type Accounts, msUntil, takesCalls, trialsOf } from "./account.ts";
import { inOrder, returnToken, urgencyOf } from "./choose-account.ts";
import { nextDevice } from "./devices.ts";
import { LONGEST_WAIT_MS } from "./pace.ts";
import type { Work } from "./work.ts";

/**
 * Before a claim: null when an account takes the attempt at once, else a promise that ends when one does, or when none
 * will soon. Waits for a recipient that wants no call yet, for the rate of an account, and when no account takes calls,
 * for at most a second: for the end of a pause, or for what becomes of the call by which one is tried again. What has to
 * wait longer goes on to the next account, or is put off by `carryOut`.
 */
export function awaitAccount(work: Work, accounts: Accounts): Promise<void> | null {
  const restMs = work.restUntil - performance.now();
  if (restMs > 0) return sleep(restMs).then(() => awaitAccount(work, accounts) ?? undefined);
  const { delivery, devices } = work;
  const address = devices === null ? delivery.address : nextDevice(devices)?.address;
  const candidates = accounts.of(delivery.sandbox, address);
  const unpaced = candidates.every(({ pace }) => pace === null);
  if (unpaced && candidates.some((account) => isFree(account, work))) return null;
  return findToken(work, candidates);
}

async function findToken(work: Work, accounts: readonly Account[]): Promise<void> {
  returnToken(work);
  const urgency = urgencyOf(work);
  for (const account of inOrder(accounts, work)) {
    if (!isFree(account, work)) continue;
    const { pace } = account;
    if (pace === null) return;
    if (pace.tryTake() || (pace.mayTake(urgency) && (await pace.take(urgency)))) {
      work.token = account;
      return;
    }
  }
  const trials = trialsOf(accounts, work);
  if (trials.length > 0) return Promise.race([...trials, sleep(LONGEST_WAIT_MS)]);
  const pauses = accounts.filter((account) => !work.tried.has(account)).map(msUntil);
  const shortest = Math.min(...pauses.filter((ms) => ms > 0));
  if (shortest <= LONGEST_WAIT_MS) await sleep(shortest);
}

const isFree = (account: Account, { tried }: Pick<Work, "tried">) =>
  !tried.has(account) && takesCalls(account);
