import { z } from "zod";

const Time = z.iso.datetime({ offset: true });

/** Milliseconds since 1970 of an RFC 3339 time such as 2026-05-04T09:30:00+02:00; NaN for anything else. */
export function timeMs(text: string): number {
  return Time.safeParse(text).success ? Date.parse(text) : Number.NaN;
}
