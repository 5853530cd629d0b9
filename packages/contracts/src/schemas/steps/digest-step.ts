import { z } from "zod";
import { Duration, durationMs } from "../duration.ts";
import { TimeOfDay, Weekday } from "../time-of-day.ts";
import { Timezone } from "../timezone.ts";
import { expression, next, stepName } from "./step-names.ts";

/** From the first item on, for a time. */
const FixedWindow = z.strictObject({ type: z.literal("fixed"), for: Duration });

/** Each item prolongs it to `for` from then, and all of them together to `max` from the first at most. */
const SlidingWindow = z
  .strictObject({ type: z.literal("sliding"), for: Duration, max: Duration })
  .refine((window) => durationMs(window.max) >= durationMs(window.for), {
    message: "is shorter than `for`",
    path: ["max"],
  });

/** Until the next of these times in the zone of the recipient, else the tenant's, else UTC. */
const CalendarWindow = z
  .strictObject({
    type: z.literal("calendar"),
    at: TimeOfDay.optional(),
    days: z.array(Weekday).min(1).max(7).optional().describe("Left out: every day"),
    cron: z.string().min(1).max(128).optional().describe("Instead of `at`"),
    timezone: Timezone.optional().describe("Instead of the recipient's"),
  })
  .refine(({ at, cron }) => (at === undefined) !== (cron === undefined), {
    message: "give either `at` or `cron`",
    path: ["at"],
  })
  .refine(({ cron, days }) => cron === undefined || days === undefined, {
    message: "goes with `at`; a cron expression has days of its own",
    path: ["days"],
  });

export const DigestWindow = z.discriminatedUnion("type", [
  FixedWindow,
  SlidingWindow,
  CalendarWindow,
]);
export type DigestWindow = z.infer<typeof DigestWindow>;

/** Items a template gets unless the step says otherwise, and at most. */
export const DIGEST_ITEMS = { default: 20, max: 100 };

/** Collects what comes for a recipient until its window closes; one notification then goes on for all. */
export const DigestStep = z.strictObject({
  type: z.literal("digest"),
  name: stepName,
  window: DigestWindow,
  key: expression
    .optional()
    .describe("CEL over `event`: what else must be equal; left out: all of the recipient"),
  leading: z
    .boolean()
    .default(false)
    .describe("The first goes on at once by itself, and opens the window for the rest"),
  items: z.int().min(1).max(DIGEST_ITEMS.max).default(DIGEST_ITEMS.default),
  next,
});
