/** What was seen of an account since the last look. `due`: receipts that should have come; `late`: those that had not. */
export type Seen = { calls: number; failures: number; due: number; late: number };

export const NOTHING_SEEN: Seen = { calls: 0, failures: 0, due: 0, late: 0 };

/** One thing an account is judged by. Times are ms since 1970. */
export type Signal = {
  /** Not judged yet, since it was too little: how many, how many of them bad, and since when. */
  all: number;
  bad: number;
  since: number;
  /** The last judgement. */
  ill: boolean;
  judgedAt: number;
};

/** What an account is judged by; `reportedAt` is when a receipt last came in time, null before the first. */
export type Health = { calls: Signal; receipts: Signal; reportedAt: number | null };

/** Why an account's share is cut. */
export type Illness = { reason: "errors" | "late_receipts"; detail: string };

/** Fewer calls or receipts are no judgement. */
export const FEWEST = 20;
/** What was gathered for longer than this, and a judgement older than this, is void, ms. */
export const CALM_MS = 15 * 60_000;
const FAILED_SHARE = 0.1;
const LATE_SHARE = 0.15;
/** How long an account whose receipts stopped counts as one that has any, ms. */
const REPORTS_MS = 24 * 3_600_000;

export function untold(now: number): Health {
  const signal = { all: 0, bad: 0, since: now, ill: false, judgedAt: now };
  return { calls: signal, receipts: signal, reportedAt: null };
}

/**
 * Adds what was seen and judges once it is enough: ill is an account of whose calls a tenth failed, or 15 % of whose
 * receipts are late, if it has sent any within a day. `found` is what this very look found. Pure.
 */
export function judge(
  before: Health,
  fresh: Seen,
  now: number,
): { health: Health; found: Illness | null } {
  const reportedAt = fresh.due > fresh.late ? now : before.reportedAt;
  const reports = reportedAt !== null && now - reportedAt < REPORTS_MS;
  const receipts = reports ? { all: fresh.due, bad: fresh.late } : { all: 0, bad: 0 };
  const calls = weigh(before.calls, { all: fresh.calls, bad: fresh.failures }, FAILED_SHARE, now);
  const late = weigh(before.receipts, receipts, LATE_SHARE, now);
  const health = { calls: calls.signal, receipts: late.signal, reportedAt };
  if (calls.ill)
    return {
      health,
      found: { reason: "errors", detail: `${calls.bad} of ${calls.all} calls failed` },
    };
  const detail = `${late.bad} of ${late.all} receipts were late`;
  return { health, found: late.ill ? { reason: "late_receipts", detail } : null };
}

/** Whether it was found ill lately and not well since. */
export function isIll({ calls, receipts }: Health, now: number): boolean {
  return [calls, receipts].some(({ ill, judgedAt }) => ill && now - judgedAt < CALM_MS);
}

function weigh(
  before: Signal,
  fresh: Pick<Signal, "all" | "bad">,
  illFrom: number,
  now: number,
): { signal: Signal } & Pick<Signal, "all" | "bad" | "ill"> {
  const stale = now - before.since >= CALM_MS;
  const all = (stale ? 0 : before.all) + fresh.all;
  const bad = (stale ? 0 : before.bad) + fresh.bad;
  const since = stale ? now : before.since;
  if (all < FEWEST) return { signal: { ...before, all, bad, since }, all, bad, ill: false };
  const ill = bad >= all * illFrom;
  return { signal: { all: 0, bad: 0, since: now, ill, judgedAt: now }, all, bad, ill };
}
