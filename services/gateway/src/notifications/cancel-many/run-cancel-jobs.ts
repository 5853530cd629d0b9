import type { GatewayContext } from "../../context.ts";
import { formatTraceparent, newTrace } from "@pulsecourier/observability";
import { repeat } from "@pulsecourier/runtime";
import { cancelOne } from "../cancel-one.ts";
import { claimCancelJob, saveProgress } from "./cancel-job-store.ts";
import { findMatched } from "./find-matched.ts";

/** Notifications a page looks at, and those cancelled at once. */
const PAGE = 500;
const AT_ONCE = 2;
/** How soon a job of another gateway that crashed is taken up, ms. */
const EVERY_MS = 1_000;

type Context = Pick<GatewayContext, "db" | "secrets" | "names" | "logger" | "nudgeOutbox">;

/**
 * Carries out cancels of many, page by page, until closed. A page that a crash interrupted is done again, which changes
 * nothing for those of it that were cancelled. Any number of gateways share the jobs.
 */
export function runCancelJobs(context: Context): { close(): Promise<void> } {
  return repeat(async () => {
    const worked = await cancelPage(context).catch((err: unknown) => {
      context.logger.warn({ err }, "notifications were not cancelled; trying again");
      return false;
    });
    return worked ? 0 : EVERY_MS;
  });
}

/** One page of one job; false when there is nothing to do. */
export function cancelPage(context: Context): Promise<boolean> {
  const { db, nudgeOutbox } = context;
  return db.kysely.transaction().execute(async (transaction) => {
    const job = await claimCancelJob(transaction);
    if (job === null) return false;
    const { matched, scanned, after } = await findMatched(db, { ...job, limit: PAGE });
    const traceparent = formatTraceparent(newTrace());
    let cancelled = 0;
    const left = matched.values();
    const work = async () => {
      for (const { id } of left) {
        const result = await cancelOne(context, { tenant: job.tenant, id, traceparent });
        if (result.kind === "cancelled") cancelled += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const tooLate = matched.length - cancelled;
    await saveProgress(transaction, job, {
      scanned,
      matched: matched.length,
      cancelled,
      tooLate,
      after,
    });
    nudgeOutbox();
    return true;
  });
}
