import type { ScheduleSummary, ScheduleView } from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { readJsonFile } from "../read-json-file.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

const pathOf = (name: string) => `/v1/schedules/${encodeURIComponent(name)}`;

/** `pulse schedules list`: by name, at most 100. */
export async function listSchedules({ json }: { json: boolean }): Promise<number> {
  const { data } = await connect().get<{ data: ScheduleSummary[] }>("/v1/schedules?limit=100");
  print(json, data, () =>
    data.length === 0
      ? "there are no schedules"
      : table(
          ["name", "cron", "zone", "state", "next"],
          data.map(({ name, cron, timezone, state, nextRunAt }) => [
            name,
            cron,
            timezone,
            state,
            nextRunAt ?? "",
          ]),
        ),
  );
  return 0;
}

/** `pulse schedules show <name>`: its next runs and its last ones. */
export async function showSchedule(name: string, { json }: { json: boolean }): Promise<number> {
  return show(await connect().get<ScheduleView>(pathOf(name)), json);
}

/** `pulse schedules put <name> <file>`: creates or changes it; `-` reads standard input. */
export async function putSchedule(
  name: string,
  file: string,
  { json }: { json: boolean },
): Promise<number> {
  return show(await connect().put<ScheduleView>(pathOf(name), readJsonFile(file)), json);
}

/** `pulse schedules pause <name>` and `resume <name>`. */
export async function setSchedule(
  name: string,
  to: "pause" | "resume",
  { json }: { json: boolean },
): Promise<number> {
  return show(await connect().post<ScheduleView>(`${pathOf(name)}/${to}`), json);
}

/** `pulse schedules run <name>`: once, now. */
export async function runSchedule(name: string, { json }: { json: boolean }): Promise<number> {
  const asked = await connect().post<{ plannedAt: string }>(`${pathOf(name)}/run`);
  print(json, asked, () => `it runs now; pulse schedules show ${name}`);
  return 0;
}

/** `pulse schedules delete <name>`. */
export async function deleteSchedule(name: string, { json }: { json: boolean }): Promise<number> {
  await connect().delete(pathOf(name));
  print(json, { name, deleted: true }, () => "deleted");
  return 0;
}

function show(view: ScheduleView, json: boolean): number {
  const { name, version, state, cron, timezone, nextRuns, runs } = view;
  print(json, view, () =>
    [
      `${name} version ${version}, ${state}: ${cron} in ${timezone}`,
      ...nextRuns.map((at) => `  next  ${at}`),
      ...runs.map(({ plannedAt, result, reason, count, notificationIds }) =>
        [`  ${plannedAt}  ${result}: ${reason}`, count > 1 ? `(${count})` : "", ...notificationIds]
          .filter((part) => part !== "")
          .join(" "),
      ),
    ].join("\n"),
  );
  return 0;
}
