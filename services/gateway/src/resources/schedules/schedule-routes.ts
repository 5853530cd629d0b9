import { PulseError, ScheduleInput } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { z } from "zod";
import { route, type Route } from "../../http/route.ts";
import { knownAudiences } from "../../notifications/known-audiences.ts";
import { pageQuery } from "../cursor.ts";
import { createNamePages } from "../name-pages.ts";
import { nameParam } from "../name-param.ts";
import { checkSchedule } from "./check-schedule.ts";
import {
  askForRun,
  deleteSchedule,
  pauseSchedule,
  putSchedule,
  resumeSchedule,
} from "./schedule-store.ts";
import { listSchedules, readSchedule } from "./schedule-view.ts";

/** A schedule is read at each run, and a tenant has many. */
const BODY_LIMIT = 256 * 1024;

const put = route({
  method: "put",
  path: "/v1/schedules/:name",
  scope: "admin",
  body: ScheduleInput,
  bodyLimit: BODY_LIMIT,
  handler: async ({ tenant, params, body }, { db, catalog }) => {
    const key = { tenant, name: nameParam(params.name) };
    const snapshot = await catalog.current(tenant, { fresh: true });
    const requests = body.notification === undefined ? [] : [body.notification];
    const audiences = await knownAudiences(tenant, requests, db);
    const checked = checkSchedule(body, { snapshot, audiences, now: Date.now() });
    const { created } = await putSchedule(db, { ...key, ...checked });
    return { status: created ? 201 : 200, body: await viewOf(db, key) };
  },
});

const get = route({
  method: "get",
  path: "/v1/schedules/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => ({
    status: 200,
    body: await viewOf(db, { tenant, name: nameParam(params.name) }),
  }),
});

const pageByName = createNamePages("schedules");

const list = route({
  method: "get",
  path: "/v1/schedules",
  scope: "admin",
  query: z.strictObject(pageQuery),
  handler: async ({ tenant, query }, { db, secrets }) => ({
    status: 200,
    body: await pageByName(query, secrets.cursors, (from) =>
      listSchedules(db, { tenant, ...from }),
    ),
  }),
});

const remove = route({
  method: "delete",
  path: "/v1/schedules/:name",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    if (!(await deleteSchedule(db, { tenant, name: nameParam(params.name) })))
      throw new PulseError("not_found");
    return { status: 204 };
  },
});

const pause = route({
  method: "post",
  path: "/v1/schedules/:name/pause",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const key = { tenant, name: nameParam(params.name) };
    if (!(await pauseSchedule(db, key))) throw new PulseError("not_found");
    return { status: 200, body: await viewOf(db, key) };
  },
});

const resume = route({
  method: "post",
  path: "/v1/schedules/:name/resume",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const key = { tenant, name: nameParam(params.name) };
    if (!(await resumeSchedule(db, key))) throw new PulseError("not_found");
    return { status: 200, body: await viewOf(db, key) };
  },
});

const run = route({
  method: "post",
  path: "/v1/schedules/:name/run",
  scope: "admin",
  handler: async ({ tenant, params }, { db }) => {
    const key = { tenant, name: nameParam(params.name) };
    const plannedAt = await askForRun(db, key);
    if (plannedAt === null) throw new PulseError("not_found");
    return { status: 202, body: { name: key.name, plannedAt: plannedAt.toISOString() } };
  },
});

async function viewOf(db: Db, key: { tenant: string; name: string }) {
  const view = await readSchedule(db, key);
  if (view === null) throw new PulseError("not_found");
  return view;
}

/** What is sent again and again. */
export const scheduleRoutes: Route[] = [list, put, get, remove, pause, resume, run];
