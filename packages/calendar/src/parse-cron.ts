import { CronPattern } from "croner";

/** A cron pattern in parts that croner reads: the times of day as lists. */
export type ParsedCron = { pattern: string; everyHour: boolean };

/**
 * Reads five fields (minute, hour, day, month, weekday) or a nickname such as `@daily`.
 * @throws Error that says what is wrong
 */
export function parseCron(pattern: string): ParsedCron {
  const fields = pattern.trim().split(/\s+/);
  if (!pattern.includes("@") && fields.length !== 5) throw new Error("it has not five fields");
  const parsed = new CronPattern(pattern, undefined, { mode: "5-part" });
  const everyHour = parsed.hour.every(Boolean);
  const dates = parsed.pattern.trim().split(/\s+/).slice(2);
  const times = [listOf(parsed.minute), everyHour ? "*" : listOf(parsed.hour)];
  return { pattern: [...times, ...dates].join(" "), everyHour };
}

function listOf(set: number[]): string {
  return set.flatMap((isIn, value) => (isIn ? [value] : [])).join(",");
}
