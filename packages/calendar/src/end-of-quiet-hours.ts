import { dailySpans, type Times } from "./daily-spans.ts";

/**
 * When the quiet hours end in which `atMs` lies; null when it lies in none. They last from the moment at which clocks
 * in the zone first show `from` to the next at which they show `until`, over midnight, too; the end is not quiet
 * any more. The same time twice is no quiet hours.
 * @throws RangeError for what is no time or no IANA zone
 */
export function endOfQuietHours(quiet: Times, zone: string, atMs: number): number | null {
  if (quiet.from === quiet.until) return null;
  for (const { start, end } of dailySpans(quiet, zone, atMs)) {
    if (start > atMs) return null;
    if (atMs < end) return end;
  }
  return null;
}
