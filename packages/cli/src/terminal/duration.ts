const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** In the unit that says it best: milliseconds while they are few, then seconds, minutes, hours. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${ms} ms`;
  if (ms < 10 * MINUTE) return `${Math.round(ms / 1_000)} s`;
  return ms < 10 * HOUR ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / HOUR)} h`;
}
