import { z } from "zod";

const PARTS = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;
/** The longest anything may wait. */
export const MAX_DURATION_MS = 366 * 86_400_000;

/** Length in ms of an ISO 8601 duration of weeks, days, hours, minutes and seconds; NaN for anything else. */
export function durationMs(text: string): number {
  const [, ...parts] = PARTS.exec(text) ?? [];
  if (parts.every((part) => part === undefined)) return Number.NaN;
  return parts.reduce((sum, part, unit) => sum + Number(part ?? 0) * (MS[unit] ?? 0), 0);
}

/** An ISO 8601 duration from a second to a year, such as `PT10M`; months and years have no fixed length. */
export const Duration = z
  .string()
  .max(32)
  .refine((text) => durationMs(text) >= 1_000 && durationMs(text) <= MAX_DURATION_MS, {
    message: "is not an ISO 8601 duration from PT1S to P366D, such as PT10M or P1DT12H",
  });
