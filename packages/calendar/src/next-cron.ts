import { Cron } from "croner";
import { parseCron } from "./parse-cron.ts";
import { momentOf, wallOf } from "./wall-clock.ts";

/**
 * The first moment strictly after `afterMs` at which a cron pattern fires by the clocks of the zone, ms; null when it
 * never does again. A pattern that names hours fires once for each time of day: one that occurs twice in a night at its
 * first occurrence, those that are left out once together, when the clocks are set forward; nothing on a date that the
 * zone left out. A pattern for every hour (`0 * * * *`) follows the hours as they pass, doubled ones, too.
 * @throws Error for what `checkCron` refuses or is no IANA zone
 */
export function nextCron(pattern: string, zone: string, afterMs: number): number | null {
  const { pattern: normal, everyHour } = parseCron(pattern);
  if (everyHour) return next(new Cron(normal, { timezone: zone }), afterMs);
  // croner lets go what is left out over midnight (Nuuk, 23:00 to 00:00), so it only counts as clocks show.
  const shown = new Cron(normal, { timezone: "UTC" });
  let wall = next(shown, wallOf(afterMs, zone));
  while (wall !== null) {
    const moment = momentOf(wall, zone);
    if (moment !== null && moment > afterMs) return moment;
    wall = next(shown, wall);
  }
  return null;
}

function next(cron: Cron, afterMs: number): number | null {
  return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
}
