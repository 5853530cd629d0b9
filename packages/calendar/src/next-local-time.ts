import { timeOfDay } from "./time-of-day.ts";
import { DAY_MS, midnightOf, momentOf, wallOf } from "./wall-clock.ts";

/**
 * The first moment strictly after `afterMs` at which clocks in the zone show `time` ("HH:MM"), ms. A time that occurs
 * twice in a night counts at its first occurrence, one that is left out when the clocks are set forward.
 * @throws RangeError for what is no time or no IANA zone
 */
export function nextLocalTime(time: string, zone: string, afterMs: number): number {
  const midnight = midnightOf(wallOf(afterMs, zone));
  const sinceMidnight = timeOfDay(time);
  for (let day = 0; ; day += 1) {
    const moment = momentOf(midnight + day * DAY_MS + sinceMidnight, zone);
    if (moment !== null && moment > afterMs) return moment;
  }
}
