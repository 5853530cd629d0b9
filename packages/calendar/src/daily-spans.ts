import { nextLocalTime } from "./next-local-time.ts";
import { timeOfDay } from "./time-of-day.ts";
import { DAY_MS, midnightOf, momentOf, wallOf } from "./wall-clock.ts";

/** Two times of day, "HH:MM". `until` at or before `from` is on the next day. */
export type Times = { from: string; until: string };

/** A day's time between `from` and `until`, ms; `weekday` is that on which it begins, 0 for Sunday. */
type Span = { start: number; end: number; weekday: number };

/** How far back a span can have begun that still lasts: a day, and one that was left out. */
const DAYS_BACK = 2;

/** The spans of each day in a zone, in order, without end, from the earliest that can still last at `atMs`. */
export function* dailySpans(times: Times, zone: string, atMs: number): Generator<Span, never> {
  const midnight = midnightOf(wallOf(atMs, zone));
  const from = timeOfDay(times.from);
  const until = timeOfDay(times.until);
  const overMidnight = until <= from ? DAY_MS : 0;
  for (let day = -DAYS_BACK; ; day += 1) {
    const date = midnight + day * DAY_MS;
    const start = momentOf(date + from, zone);
    if (start === null) continue;
    const end =
      momentOf(date + until + overMidnight, zone) ?? nextLocalTime(times.until, zone, start);
    yield { start, end, weekday: new Date(date).getUTCDay() };
  }
}
