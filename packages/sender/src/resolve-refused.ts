import { decideClaim } from "./decide-claim.ts";
import { nextDevice, restoreDevices } from "./devices.ts";
import type { Settled } from "./follow-ups.ts";
import type { LedgerRow, LedgerStore, TakeOver } from "./ledger-store.ts";
import { alreadyWritten, settledBefore, settledFromRow } from "./row-step.ts";
import type { Steady } from "./steady.ts";
import { factError, reject } from "./step.ts";
import type { Pending } from "./wave-writer.ts";
import type { Work } from "./work.ts";

/** What to do with what the ledger refused. */
export type Resolution = {
  /** Ask again: the row has changed since. */
  again: Pending[];
  /** Ours now, in the middle of a call nobody finished. */
  takenOver: Work[];
  /** Say what follows, then finish. */
  emit: Settled[];
  /** Another sender's call runs: come back later. */
  park: Work[];
  /** Someone else goes on with the delivery. */
  finish: Work[];
};

/** Reads the rows of refused claims and settles, and decides. */
export async function resolveRefused(
  refused: readonly Pending[],
  o: { ledger: LedgerStore; owner: string; leaseMs: number; steady: Steady },
): Promise<Resolution> {
  const result: Resolution = { again: [], takenOver: [], emit: [], park: [], finish: [] };
  const ids = refused.map((one) => one.work.delivery.id);
  const rows = await o.steady("reading the ledger", () => o.ledger.read(ids));
  const unfinished: { one: Pending; call: TakeOver }[] = [];
  for (const one of refused) {
    const row = rows.get(one.work.delivery.id);
    if (row === undefined) result.again.push(one);
    else if (one.step !== null) resolveSettle(one, row, result);
    else {
      const call = resolveClaim(one, row, o.owner, result);
      if (call !== null) unfinished.push({ one, call });
    }
  }
  if (unfinished.length > 0) await takeOver(unfinished, o, result);
  return result;
}

function resolveSettle({ work, step, ms }: Pending, row: LedgerRow, result: Resolution): void {
  if (step !== null && alreadyWritten(row, work, step)) {
    const { redrive, attempt } = work;
    const { possibleDuplicates } = row;
    result.emit.push({ work, step, redrive, attempt, possibleDuplicates, factsOnly: false, ms });
  } else {
    // The lease ran out and another sender took the call over: it says what came of it.
    result.finish.push(work);
  }
}

function resolveClaim(
  one: Pending,
  row: LedgerRow,
  owner: string,
  result: Resolution,
): TakeOver | null {
  const { work } = one;
  const { redrive, attempt } = work;
  const asked = { redrive, attempt, onUnknown: work.delivery.onUnknown };
  switch (decideClaim(row, asked, { owner, now: row.now })) {
    case "claim":
      result.again.push(one);
      return null;
    case "reemit": {
      const settled = settledFromRow(row, work);
      if (settled === null) result.again.push(one);
      else result.emit.push(settled);
      return null;
    }
    case "superseded":
      if (row.redrive === redrive) result.emit.push(settledBefore(row, work));
      else result.finish.push(work);
      return null;
    case "join":
    case "park":
      result.park.push(work);
      return null;
    case "take_over":
      return { row, redrive, attempt, state: "calling" };
    case "give_up":
      // Of several devices only the one that was being called is given up.
      return { row, redrive, attempt, state: work.devices === null ? "failed" : "calling" };
  }
}

function giveUpDevice({ devices }: Work): void {
  const called = devices === null ? null : nextDevice(devices);
  if (called !== null) called.step = reject(factError("outcome_unknown"));
}

async function takeOver(
  unfinished: { one: Pending; call: TakeOver }[],
  o: { ledger: LedgerStore; leaseMs: number; steady: Steady },
  result: Resolution,
): Promise<void> {
  let began = 0;
  const taken = await o.steady("taking calls over", () => {
    began = performance.now();
    return o.ledger.takeOver(unfinished.map(({ call }) => call));
  });
  for (const { one, call } of unfinished) {
    const { work } = one;
    const remembered = taken.get(work.delivery.id);
    if (remembered === undefined) {
      result.again.push(one);
      continue;
    }
    const { possibleDuplicates } = remembered;
    restoreDevices(work.devices, remembered.devices);
    const error = factError(
      "outcome_unknown",
      "The sender stopped during the call; it may have been accepted.",
    );
    if (call.state === "calling") {
      if (work.delivery.onUnknown === "at_most_once") giveUpDevice(work);
      Object.assign(work, { possibleDuplicates, leaseUntil: began + o.leaseMs, doubt: error });
      result.takenOver.push(work);
    } else {
      const { redrive, attempt } = work;
      result.emit.push({
        work,
        redrive,
        attempt,
        possibleDuplicates,
        factsOnly: false,
        ms: Date.now(),
        step: reject(factError("outcome_unknown")),
      });
    }
  }
}
