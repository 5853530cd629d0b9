import { nextCron } from "./next-cron.ts";

/** When something recurs: a cron pattern by the clocks of a zone, between two times (RFC 3339), both included. */
export type Recurrence = { cron: string; timezone: string; from?: string; until?: string };

/**
 * The first run strictly after `afterMs`, ms; null when none is left.
 * @throws Error for what is no cron pattern or no IANA zone
 */
export function nextRun(
  { cron, timezone, from, until }: Recurrence,
  afterMs: number,
): number | null {
  const after = from === undefined ? afterMs : Math.max(afterMs, Date.parse(from) - 1);
  const next = nextCron(cron, timezone, after);
  return next === null || (until !== undefined && next > Date.parse(until)) ? null : next;
}
