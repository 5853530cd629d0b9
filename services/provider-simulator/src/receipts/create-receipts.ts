import type { Logger } from "@pulsecourier/observability";
import type { Behaviours } from "../behaviours.ts";
import type { ReceivedMessage } from "../provider.ts";
import { postCallback } from "./post-callback.ts";
import {
  chooseFate,
  planReceipts,
  type ReceiptDefaults,
  type ReceiptPlan,
} from "./receipt-plan.ts";
import { createReportQueue } from "./report-queue.ts";
import type { Report, Reporter } from "./reporter.ts";

/** What has been told so far, by provider. */
export type ReceiptStats = {
  /** Reports waiting for their time, or being sent. */
  pending: number;
  /** Reports a receiver has taken. */
  taken: number;
  /** Callbacks by the status they were answered with; `none` where nobody answered. */
  answers: Record<string, number>;
  /** Reports given up, or dropped because too many were waiting. */
  lost: number;
};

export type Receipts = {
  /** A provider has accepted a message; what becomes of it is told later. */
  accepted(provider: string, message: ReceivedMessage, id: string): void;
  /** A recipient writes to us; false when they cannot, or nobody is told. */
  inbound(provider: string, message: { from: string; text: string }): boolean;
  stats(): Record<string, ReceiptStats>;
  /** What receivers verify callbacks with, by the gateway's variable. */
  shown(): Record<string, string>;
  /** Forgets what is waiting. */
  reset(): void;
  close(): Promise<void>;
};

type Options = {
  reporters: Record<string, Reporter>;
  behaviours: Behaviours;
  defaults: ReceiptDefaults;
  logger: Logger;
  random?: () => number;
};

/** Reports of all providers, each after its delay, in signed callbacks that are repeated until taken. */
export function createReceipts(o: Options): Receipts {
  const { reporters, behaviours, defaults, logger, random = Math.random } = o;
  const all = new Map<string, ReceiptStats>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const planOf = (provider: string) =>
    planReceipts(provider, behaviours.get(provider).receipts, defaults);

  const queue = createReportQueue((provider, due) => {
    const reporter = reporters[provider];
    if (reporter === undefined) return;
    const to = { reporter, plan: planOf(provider), stats: statsOf(all, provider) };
    const work = send(due, { ...to, random, signal: stop.signal })
      .catch((err: unknown) => logger.error({ err }, "receipts could not be sent"))
      .finally(() => running.delete(work));
    running.add(work);
  });

  function tell(provider: string, reports: readonly Report[], delayMs: number): void {
    const stats = statsOf(all, provider);
    if (queue.add(provider, reports, delayMs)) stats.pending += reports.length;
    else stats.lost += reports.length;
  }

  function reset(): void {
    queue.clear();
    all.clear();
  }

  return {
    accepted(provider, message, id) {
      const reporter = reporters[provider];
      const plan = planOf(provider);
      if (reporter === undefined || !plan.on || stop.signal.aborted) return;
      tell(provider, reporter.reports(message, id, chooseFate(plan, random)), plan.delayMs);
    },
    inbound(provider, message) {
      const report = reporters[provider]?.inbound?.(message);
      if (report === undefined || !planOf(provider).on || stop.signal.aborted) return false;
      tell(provider, [report], 0);
      return true;
    },
    stats: () => Object.fromEntries(all),
    shown: () => Object.assign({}, ...Object.values(reporters).map(({ shown }) => shown)),
    reset,
    async close() {
      stop.abort();
      reset();
      await Promise.all(running);
    },
  };
}

function statsOf(all: Map<string, ReceiptStats>, provider: string): ReceiptStats {
  const stats = all.get(provider) ?? { pending: 0, taken: 0, answers: {}, lost: 0 };
  all.set(provider, stats);
  return stats;
}

type Sending = {
  reporter: Reporter;
  plan: ReceiptPlan;
  stats: ReceiptStats;
  random: () => number;
  signal: AbortSignal;
};

async function send(
  due: readonly Report[],
  { reporter, plan, stats, random, signal }: Sending,
): Promise<void> {
  const again = due.filter(() => random() < plan.duplicateRate);
  const reports = [...due, ...again];
  if (plan.disorder) reports.reverse();
  for (let at = 0; at < reports.length; at += reporter.perCallback) {
    const some = reports.slice(at, at + reporter.perCallback);
    const url = some[0]?.url ?? plan.url;
    const subscribed = (await reporter.subscribe?.(url, signal)) ?? true;
    const taken =
      subscribed &&
      (await postCallback({
        url,
        make: () => reporter.callback(some, { url, signing: plan.signing }),
        onAnswer: (status) => void (stats.answers[status] = (stats.answers[status] ?? 0) + 1),
        signal,
      }));
    if (taken) stats.taken += some.length;
    else stats.lost += some.length;
  }
  stats.pending -= due.length;
}
