import { expect, test } from "vitest";
import { WorkflowDefinition } from "../workflow.ts";

/** Places of what is wrong with a workflow of this digest. */
function problems(step: object): string[] {
  const digest = { type: "digest", name: "collect", window: { type: "fixed", for: "PT1H" } };
  const read = WorkflowDefinition.safeParse({ steps: [{ ...digest, ...step }] });
  return read.error?.issues.map(({ path }) => `/${path.join("/")}`) ?? [];
}
const calendar = (window: object) => problems({ window: { type: "calendar", ...window } });

test("windows: fixed, sliding with a cap, or by the calendar", () => {
  expect(problems({})).toEqual([]);
  expect(problems({ window: { type: "sliding", for: "PT5M", max: "PT1H" } })).toEqual([]);
  expect(calendar({ at: "09:00", days: ["mon", "fri"], timezone: "Europe/Berlin" })).toEqual([]);
  expect(calendar({ cron: "0 9 * * MON-FRI" })).toEqual([]);
});

test("each mistake is told with its place", () => {
  expect(problems({ key: "" })).toEqual(["/steps/0/key"]);
  expect(problems({ items: 101 })).toEqual(["/steps/0/items"]);
  expect(problems({ window: undefined })).toEqual(["/steps/0/window"]);
  expect(problems({ window: { type: "rolling" } })).toEqual(["/steps/0/window/type"]);
  expect(problems({ window: { type: "fixed", for: "1h" } })).toEqual(["/steps/0/window/for"]);
  const short = { type: "sliding", for: "PT1H", max: "PT5M" };
  expect(problems({ window: short })).toEqual(["/steps/0/window/max"]);
  expect(calendar({ at: "9:00" })).toEqual(["/steps/0/window/at"]);
  expect(calendar({})).toEqual(["/steps/0/window/at"]);
  expect(calendar({ at: "09:00", cron: "@daily" })).toEqual(["/steps/0/window/at"]);
  expect(calendar({ at: "09:00", days: ["monday"] })).toEqual(["/steps/0/window/days/0"]);
  expect(calendar({ cron: "@daily", days: ["mon"] })).toEqual(["/steps/0/window/days"]);
  expect(calendar({ at: "09:00", timezone: "Mars/Olympus" })).toEqual(["/steps/0/window/timezone"]);
});
