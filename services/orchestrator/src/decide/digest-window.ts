import { nextCron } from "@pulsecourier/calendar";
import { type DigestWindow, durationMs } from "@pulsecourier/contracts";

/**
 * When a digest closes to which an item comes now, in ms since 1970. `latestAt`: how far further items may prolong it
 * when this one is its first; null where none does.
 */
export type Closing = { closesAt: number; latestAt: number | null };

/** `zone`: what a calendar goes by unless the window has a zone of its own. */
export function closingOf(window: DigestWindow, zone: string, now: number): Closing {
  switch (window.type) {
    case "fixed":
      return { closesAt: now + durationMs(window.for), latestAt: null };
    case "sliding":
      return { closesAt: now + durationMs(window.for), latestAt: now + durationMs(window.max) };
    case "calendar": {
      // A pattern that never comes again collects nothing.
      const closesAt = nextCron(patternOf(window), window.timezone ?? zone, now) ?? now;
      return { closesAt, latestAt: null };
    }
  }
}

function patternOf({ at = "", days, cron }: Extract<DigestWindow, { type: "calendar" }>): string {
  if (cron !== undefined) return cron;
  const [hour, minute] = at.split(":").map(Number);
  return `${minute} ${hour} * * ${days?.join(",").toUpperCase() ?? "*"}`;
}
