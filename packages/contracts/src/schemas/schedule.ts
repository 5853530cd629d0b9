import { checkCron } from "@pulsecourier/calendar";
import { z } from "zod";
import { CloudEventAttributes } from "./cloud-event.ts";
import { NotificationRequest } from "./notification-request.ts";
import { Name } from "./recipient.ts";
import { Timezone } from "./timezone.ts";

/** Schedules a tenant may have. */
export const MAX_SCHEDULES = 1_000;
/** How far back missed runs are made up for, ms, and how many of them at most. */
export const CATCH_UP_MS = 7 * 86_400_000;
export const MAX_CAUGHT_UP = 100;
/** Runs of a schedule that are remembered. */
export const RUNS_KEPT = 100;

const time = z.iso.datetime({ offset: true });

const Cron = z.string().check((context) => {
  const message = checkCron(context.value);
  if (message !== null) context.issues.push({ code: "custom", message, input: context.value });
});

/** The event a schedule emits; its id is made for each run, its time is the one planned. */
export const ScheduledEvent = CloudEventAttributes.pick({
  source: true,
  type: true,
  subject: true,
  dataschema: true,
  pulselane: true,
})
  .extend({ data: z.record(z.string(), z.json()).default({}) })
  .strict();
export type ScheduledEvent = z.infer<typeof ScheduledEvent>;

const what = {
  /** Five fields: minute, hour, day of month, month, weekday. */
  cron: Cron,
  /** Left out: the tenant's zone, else UTC; as of this request. */
  timezone: Timezone.optional(),
  /** Nothing is planned before, nor after `until`. */
  from: time.optional(),
  until: time.optional(),
  /**
   * What becomes of runs missed while the platform was down: none, the last one, or all of the last seven days, at most
   * the 100 latest.
   */
  missed: z.enum(["skip", "once", "all"]).default("skip"),
  /** What to send at each run, as in `POST /v1/notifications`. */
  notification: NotificationRequest.optional(),
  /** Or what to tell the rules. */
  event: ScheduledEvent.optional(),
};

/** What of a request has no place in one that is sent again and again. */
const NOT_REPEATED = {
  sendAt: "the schedule says when",
  expiresAt: "would be over after the first runs",
  attachments: "are kept for a limited time; link to them from a template",
} as const;

/** Body of `PUT /v1/schedules/{name}`, before the checks that need the clock or the catalog. */
export const ScheduleInput = z.strictObject(what).check(({ value, issues }) => {
  const refuse = (path: string[], message: string) =>
    issues.push({ code: "custom", path, message, input: value });
  const { from, until, notification, event } = value;
  if ((notification === undefined) === (event === undefined))
    refuse(["notification"], "give one of `notification` and `event`");
  if (from !== undefined && until !== undefined && Date.parse(until) <= Date.parse(from))
    refuse(["until"], "is not after `from`");
  for (const [field, message] of Object.entries(NOT_REPEATED))
    if (notification !== undefined && field in notification)
      refuse(["notification", field], message);
});
export type ScheduleInput = z.infer<typeof ScheduleInput>;

export const ScheduleState = z.enum(["active", "paused", "ended"]);

const instant = z.iso.datetime();

/** One run: fired, skipped because it was missed, or failed because what it names is gone. */
export const ScheduleRun = z.object({
  plannedAt: instant,
  at: instant,
  /** Of the schedule, when it ran. */
  version: z.int(),
  result: z.enum(["fired", "skipped", "withdrawn", "failed"]),
  reason: z.string(),
  /** How many runs this stands for, at least; more than one only where they were skipped. */
  count: z.int(),
  /** `GET /v1/notifications?eventId=` lists what came of it. */
  eventId: z.string().nullable(),
  /** The first ten. */
  notificationIds: z.array(z.guid()),
});
export type ScheduleRun = z.infer<typeof ScheduleRun>;

const summary = {
  name: Name,
  /** Counts changes; a changed schedule fires nothing that was planned before. */
  version: z.int(),
  state: ScheduleState,
  cron: z.string(),
  timezone: z.string(),
  nextRunAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
};

export const ScheduleSummary = z.object(summary);
export type ScheduleSummary = z.infer<typeof ScheduleSummary>;

/** A schedule with the runs that come next and those it last had, newest first. */
export const ScheduleView = z.object({
  ...what,
  ...summary,
  nextRuns: z.array(instant),
  runs: z.array(ScheduleRun),
});
export type ScheduleView = z.infer<typeof ScheduleView>;
