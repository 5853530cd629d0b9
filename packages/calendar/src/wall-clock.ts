export const DAY_MS = 86_400_000;

/** Formatters are dear to make. There are about 600 zones, but a name may be written in many cases. */
const MAX_FORMATS = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * What a clock on the wall shows in a zone, as the milliseconds at which a clock in UTC shows the same.
 * @throws RangeError when the zone is no IANA zone
 */
export function wallOf(atMs: number, zone: string): number {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  const belowSecond = ((atMs % 1_000) + 1_000) % 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second, belowSecond);
}

/** Midnight of the date that a clock on the wall shows. */
export function midnightOf(wall: number): number {
  return wall - (((wall % DAY_MS) + DAY_MS) % DAY_MS);
}

/**
 * The moment at which a clock on the wall shows this. Of two such moments (clocks set back) the first. Of none (clocks
 * set forward) the moment at which they are set; null when the whole date was left out, as 30 December 2011 in Samoa.
 */
export function momentOf(wall: number, zone: string): number | null {
  const offsetBefore = offsetAt(wall - DAY_MS, zone);
  const offsetAfter = offsetAt(wall + DAY_MS, zone);
  const [first, second] = [wall - offsetBefore, wall - offsetAfter].toSorted((a, b) => a - b);
  if (first === undefined || second === undefined) return null;
  if (wallOf(first, zone) === wall) return first;
  if (wallOf(second, zone) === wall) return second;
  if (offsetAfter - offsetBefore >= DAY_MS) return null;
  return changeBetween(first, second, zone);
}

/** The moment at which the zone's offset changes, for one that does so once in this time. */
function changeBetween(before: number, after: number, zone: string): number {
  const offset = offsetAt(before, zone);
  let [from, until] = [before, after];
  while (until - from > 1) {
    const middle = Math.floor((from + until) / 2);
    if (offsetAt(middle, zone) === offset) from = middle;
    else until = middle;
  }
  return until;
}

function offsetAt(atMs: number, zone: string): number {
  return wallOf(atMs, zone) - atMs;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(zone, format);
  return format;
}
