import { ScheduleInput, ScheduleView } from "../../schemas/schedule.ts";
import { PageQuery, RunAsked, SchedulePage } from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "Schedules";
const path = "/v1/schedules/{name}";
const input = {
  cron: "0 9 * * MON-FRI",
  timezone: "Europe/Berlin",
  missed: "once" as const,
  notification: { to: "customer-2", template: "weekly-offers", category: "marketing" },
};
const view = {
  name: "offers",
  version: 1,
  state: "active" as const,
  ...input,
  nextRunAt: "2026-05-05T07:00:00.000Z",
  nextRuns: ["2026-05-05T07:00:00.000Z", "2026-05-06T07:00:00.000Z"],
  runs: [
    {
      plannedAt: "2026-05-04T07:00:00.000Z",
      at: "2026-05-04T07:00:00.012Z",
      version: 1,
      result: "fired" as const,
      reason: "on time",
      count: 1,
      eventId: "019b3c1e-7a40-8f1b-a3d2-40c7e1907a55",
      notificationIds: ["019b3c1e-7a40-4d2f-9c11-6f0a52be7d31"],
    },
  ],
  createdAt: "2026-05-01T12:00:00.000Z",
  updatedAt: "2026-05-01T12:00:00.000Z",
};

export const scheduleOperations: Operation[] = [
  {
    id: "putSchedule",
    method: "put",
    path,
    tag,
    summary: "Send again and again: create or change a schedule",
    description:
      "`notification` is checked as `POST /v1/notifications` checks it; templates, workflows and categories are those of " +
      "the moment of each run. A time that clocks skip fires once, one they show twice fires once. What was planned " +
      "before a change is not fired. A paused schedule stays paused.",
    scope: "admin",
    body: { schema: ScheduleInput, example: input },
    answers: {
      200: { description: "Changed, or as it was", schema: ScheduleView, example: view },
      201: { description: "Created", schema: ScheduleView, example: view },
    },
    errors: [
      "malformed_request",
      "unknown_template",
      "unknown_workflow",
      "unknown_channel",
      "content_unusable",
      "reserved_event_type",
      "too_many_schedules",
    ],
  },
  {
    id: "getSchedule",
    method: "get",
    path,
    tag,
    summary: "Read a schedule, its next runs and its last ones",
    scope: "admin",
    answers: { 200: { description: "The schedule", schema: ScheduleView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "listSchedules",
    method: "get",
    path: "/v1/schedules",
    tag,
    summary: "List schedules by name",
    scope: "admin",
    query: PageQuery,
    answers: { 200: { description: "A page", schema: SchedulePage } },
  },
  {
    id: "deleteSchedule",
    method: "delete",
    path,
    tag,
    summary: "Delete a schedule and what is known of its runs",
    scope: "admin",
    answers: { 204: { description: "Deleted" } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "pauseSchedule",
    method: "post",
    path: `${path}/pause`,
    tag,
    summary: "Fire nothing until it is resumed",
    scope: "admin",
    answers: { 200: { description: "Paused", schema: ScheduleView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "resumeSchedule",
    method: "post",
    path: `${path}/resume`,
    tag,
    summary: "Go on; runs that fell into the pause are not made up for",
    scope: "admin",
    answers: { 200: { description: "Active", schema: ScheduleView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "runSchedule",
    method: "post",
    path: `${path}/run`,
    tag,
    summary: "Fire once now, paused or not; what is planned stays planned",
    description: "Asked for again before it has fired, it is the same run.",
    scope: "admin",
    answers: {
      202: {
        description: "It fires within a second or two, and shows among `runs` then",
        schema: RunAsked,
        example: { name: "offers", plannedAt: "2026-05-04T10:12:00.000Z" },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
];
