import { dailySpans, type Times } from "./daily-spans.ts";

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Open from `from` to `until` on the days named; without days, or with none, on each. */
export type Opening = Times & { days?: readonly Weekday[] };

/**
 * The first moment at or after `atMs` that lies in an opening: `atMs` itself while open. An opening over midnight
 * belongs to the day on which it begins; the same time twice is the whole 24 hours.
 * @throws RangeError for what is no time or no IANA zone
 */
export function nextOpening(opening: Opening, zone: string, atMs: number): number {
  const { days = [] } = opening;
  for (const { start, end, weekday } of dailySpans(opening, zone, atMs)) {
    const day = WEEKDAYS[weekday];
    const opens = days.length === 0 || (day !== undefined && days.includes(day));
    if (opens && atMs < end) return Math.max(start, atMs);
  }
  return atMs;
}
