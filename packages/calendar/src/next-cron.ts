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
  const { cron, everyHour } = cronOf(pattern, zone);
  if (everyHour) return next(cron, afterMs);
  let wall = next(cron, wallOf(afterMs, zone));
  while (wall !== null) {
    const moment = momentOf(wall, zone);
    if (moment !== null && moment > afterMs) return moment;
    wall = next(cron, wall);
  }
  return null;
}

/** Reading a pattern takes longer than finding its next run. */
const MAX_KNOWN = 1_000;
const known = new Map<string, { cron: Cron; everyHour: boolean }>();

function cronOf(text: string, zone: string) {
  const key = `${zone} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { pattern, everyHour } = parseCron(text);
  // croner lets go what is left out over midnight (Nuuk, 23:00 to 00:00), so it only counts as clocks show.
  const cron = new Cron(pattern, { timezone: everyHour ? zone : "UTC" });
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, { cron, everyHour });
  return { cron, everyHour };
}

function next(cron: Cron, afterMs: number): number | null {
  return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
}
