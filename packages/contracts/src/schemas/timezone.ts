import { z } from "zod";

/** A time zone of the IANA database, such as Europe/Berlin. */
export const Timezone = z
  .string()
  .max(64)
  .refine(isTimezone, "is not an IANA time zone such as Europe/Berlin");

function isTimezone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
