import type { Report } from "./reporter.ts";

type Waiting = Report & { dueAt: number };

const MAX_WAITING = 200_000;
/** Reports are gathered this long, as vendors do, ms. */
const GATHER_MS = 50;

/** Reports by provider until they are due; `send` gets those that are, together. */
export function createReportQueue(send: (provider: string, due: Report[]) => void) {
  const waiting = new Map<string, Waiting[]>();
  let timer: NodeJS.Timeout | undefined;

  function sendDue(): void {
    timer = undefined;
    const now = Date.now();
    for (const [provider, queue] of waiting) {
      const { due = [], later = [] } = Object.groupBy(queue, ({ dueAt }) =>
        dueAt <= now ? "due" : "later",
      );
      if (later.length === 0) waiting.delete(provider);
      else waiting.set(provider, later);
      if (due.length > 0) send(provider, due);
    }
    if (waiting.size > 0) timer = setTimeout(sendDue, GATHER_MS);
  }

  return {
    /** False when too many are waiting. */
    add(provider: string, reports: readonly Report[], delayMs: number): boolean {
      const queue = waiting.get(provider) ?? [];
      if (queue.length + reports.length > MAX_WAITING) return false;
      const dueAt = Date.now() + delayMs;
      for (const report of reports) queue.push({ ...report, dueAt });
      waiting.set(provider, queue);
      timer ??= setTimeout(sendDue, Math.min(delayMs, GATHER_MS));
      return true;
    },
    clear(): void {
      clearTimeout(timer);
      timer = undefined;
      waiting.clear();
    },
  };
}
