import { nextCron } from "./next-cron.ts";

const MAX_LENGTH = 200;

/**
 * Why this is no cron pattern, or none that ever fires; null when it is one: five fields (minute, hour, day of month,
 * month, weekday; with names, lists, ranges, steps, `L`, `#`, `W`) or one of `@hourly @daily @weekly @monthly @yearly`.
 */
export function checkCron(pattern: string): string | null {
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  try {
    return nextCron(pattern, "UTC", 0) === null ? "never fires: there is no such date" : null;
  } catch (thrown) {
    const reason = thrown instanceof Error ? plain(thrown.message) : String(thrown);
    return `is no cron pattern such as "0 9 * * MON-FRI" (minute, hour, day, month, weekday): ${reason}`;
  }
}

/** croner counts days and months from 0 in its messages. */
function plain(message: string): string {
  return message
    .replace(/^CronPattern: /, "")
    .replace(/^Invalid value for (\w+):.*$/, "a value of $1 is out of range");
}
