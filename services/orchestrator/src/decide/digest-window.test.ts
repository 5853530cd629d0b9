import { DigestWindow } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { closingOf } from "./digest-window.ts";

const at = (text: string) => Date.parse(text);
const NOW = at("2026-03-27T12:00:00Z"); // a Friday; clocks in Berlin change on Sunday

function closing(window: object, zone = "UTC") {
  const { closesAt, latestAt } = closingOf(DigestWindow.parse(window), zone, NOW);
  return [closesAt, latestAt].map((ms) => ms && new Date(ms).toISOString().slice(0, 16));
}

test("a fixed window lasts its time from the first item; a sliding one may be prolonged", () => {
  expect(closing({ type: "fixed", for: "PT1H" })).toEqual(["2026-03-27T13:00", null]);
  expect(closing({ type: "sliding", for: "PT5M", max: "PT1H" })).toEqual([
    "2026-03-27T12:05",
    "2026-03-27T13:00",
  ]);
});

test("a calendar goes by the recipient's zone, over a change of clocks, or by its own", () => {
  const daily = { type: "calendar", at: "09:00" };
  expect(closing(daily)).toEqual(["2026-03-28T09:00", null]);
  expect(closing(daily, "America/New_York")).toEqual(["2026-03-27T13:00", null]);
  const mondays = { ...daily, days: ["mon"] };
  expect(closing(mondays, "Europe/Berlin")).toEqual(["2026-03-30T07:00", null]);
  expect(closing({ ...daily, timezone: "Asia/Tokyo" }, "Europe/Berlin")).toEqual([
    "2026-03-28T00:00",
    null,
  ]);
  expect(closing({ type: "calendar", cron: "30 8 * * MON-FRI" })).toEqual([
    "2026-03-30T08:30",
    null,
  ]);
});
