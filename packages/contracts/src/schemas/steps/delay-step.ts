import { z } from "zod";
import { Duration } from "../duration.ts";
import { TimeOfDay, Weekday } from "../time-of-day.ts";
import { Timezone } from "../timezone.ts";
import { expression, next, stepName } from "./step-names.ts";

/** When somebody may be reached; `until` at or before `from` is on the next day. */
const Opening = z.strictObject({
  days: z.array(Weekday).min(1).max(7).optional().describe("Left out: every day"),
  from: TimeOfDay,
  until: TimeOfDay,
  timezone: Timezone.optional().describe("Left out: the recipient's, else the tenant's, else UTC"),
});

/** Lets time pass: for a while, until a time, or until the next opening. */
export const DelayStep = z
  .strictObject({
    type: z.literal("delay"),
    name: stepName,
    for: Duration.optional(),
    until: expression
      .optional()
      .describe(
        "RFC 3339, or CEL over `event` and `steps` that gives it; goes on at once when past",
      ),
    opening: Opening.optional(),
    next,
  })
  .refine(
    (step) => [step.for, step.until, step.opening].filter((one) => one !== undefined).length === 1,
    {
      error: "give one of `for`, `until` and `opening`",
      path: ["for"],
    },
  );
