import { setTimeout as delay } from "node:timers/promises";
import { type Allowance, check, type Verdict } from "../check/check.ts";
import { type BacklogSources, readBacklog } from "../check/read-backlog.ts";
import { type EvidenceSources, readEvidence } from "../check/read-evidence.ts";
import type { SendRecord } from "../load/send-record.ts";

export type DrainOptions = {
  sources: BacklogSources & EvidenceSources;
  allowed: Allowance;
  patienceMs: number;
};

export type Drained = {
  verdict: Verdict;
  /** When everything that was accepted had ended, `performance.now()`; null when the time was up before. */
  endedAt: number | null;
};

const LOOK_MS = 200;

/**
 * Waits until everything accepted has ended and nothing is left over, then judges; or judges what there is when the
 * time is up. The last look is the verdict: what is wrong for good is not waited for longer than that.
 */
export async function drain(
  sends: readonly SendRecord[],
  prefix: string,
  { sources, allowed, patienceMs }: DrainOptions,
): Promise<Drained> {
  const deadline = performance.now() + patienceMs;
  let endedAt: number | null = null;
  for (;;) {
    const evidence = await readEvidence(sends, prefix, sources).catch(unlessTooLate(deadline));
    const partial = evidence && check({ ...evidence, backlog: {} }, allowed);
    if (partial && evidence && (isSettled(partial) || performance.now() > deadline)) {
      if (isSettled(partial)) endedAt ??= performance.now();
      const backlog = await readBacklog(sources).catch(unlessTooLate(deadline));
      const isEmpty = backlog && Object.values(backlog).every((count) => count === 0);
      if (backlog && (isEmpty || performance.now() > deadline))
        return { verdict: check({ ...evidence, backlog }, allowed), endedAt };
    }
    await delay(LOOK_MS);
  }
}

/** What is missing may still come; the rest of a verdict only time can make worse. */
function isSettled({ lost, open, unknown, problems }: Verdict): boolean {
  const isOpen = unknown > 0 && problems.some((problem) => problem.startsWith("not ended"));
  return lost.length === 0 && open.length === 0 && !isOpen;
}

/** Servers that were just restarted may refuse for a moment. */
function unlessTooLate(deadline: number) {
  return (error: unknown): null => {
    if (performance.now() > deadline) throw error;
    return null;
  };
}
