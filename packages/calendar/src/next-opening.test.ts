import { expect, test } from "vitest";
import { nextOpening, type Weekday } from "./next-opening.ts";

function opens(times: string, zone: string, at: string, days?: Weekday[]): string {
  const [from = "", until = ""] = times.split("-");
  const opening = days === undefined ? { from, until } : { from, until, days };
  return new Date(nextOpening(opening, zone, Date.parse(at))).toISOString();
}
const WORKDAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri"];

test("now while open, else the next start", () => {
  expect(opens("09:00-17:00", "UTC", "2026-06-01T09:00:00.001Z")).toBe("2026-06-01T09:00:00.001Z");
  expect(opens("09:00-17:00", "UTC", "2026-06-01T08:00:00Z")).toBe("2026-06-01T09:00:00.000Z");
  expect(opens("09:00-17:00", "UTC", "2026-06-01T17:00:00Z")).toBe("2026-06-02T09:00:00.000Z");
});

test("only on the days named, by the zone's date", () => {
  // A Friday evening in Berlin.
  expect(opens("09:00-17:00", "Europe/Berlin", "2026-06-05T15:00:00Z", WORKDAYS)).toBe(
    "2026-06-08T07:00:00.000Z",
  );
  // Sunday in UTC, Monday in Tokyo.
  expect(opens("09:00-17:00", "Asia/Tokyo", "2026-06-07T23:00:00Z", ["mon"])).toBe(
    "2026-06-08T00:00:00.000Z",
  );
  expect(opens("09:00-17:00", "UTC", "2026-06-01T17:00:00Z", ["mon"])).toBe(
    "2026-06-08T09:00:00.000Z",
  );
  expect(opens("09:00-17:00", "UTC", "2026-06-01T17:00:00Z", [])).toBe("2026-06-02T09:00:00.000Z");
});

test("over midnight it belongs to the day on which it begins", () => {
  expect(opens("20:00-02:00", "UTC", "2026-06-06T01:59:00Z", ["fri"])).toBe(
    "2026-06-06T01:59:00.000Z",
  );
  expect(opens("20:00-02:00", "UTC", "2026-06-06T02:00:00Z", ["fri"])).toBe(
    "2026-06-12T20:00:00.000Z",
  );
  expect(opens("20:00-02:00", "UTC", "2026-06-05T01:00:00Z", ["fri"])).toBe(
    "2026-06-05T20:00:00.000Z",
  );
});

test("the same time twice is the whole day", () => {
  expect(opens("00:00-00:00", "UTC", "2026-06-06T12:00:00Z", ["sat"])).toBe(
    "2026-06-06T12:00:00.000Z",
  );
  expect(opens("00:00-00:00", "UTC", "2026-06-07T00:00:00Z", ["sat"])).toBe(
    "2026-06-13T00:00:00.000Z",
  );
});

test("a start that is left out, and one that occurs twice", () => {
  expect(opens("02:30-05:00", "Europe/Berlin", "2026-03-29T00:00:00Z")).toBe(
    "2026-03-29T01:00:00.000Z",
  );
  expect(opens("02:30-05:00", "Europe/Berlin", "2026-10-25T00:00:00Z")).toBe(
    "2026-10-25T00:30:00.000Z",
  );
  // 02:10 for the second time: open since the first 02:30.
  expect(opens("02:30-05:00", "Europe/Berlin", "2026-10-25T01:10:00Z")).toBe(
    "2026-10-25T01:10:00.000Z",
  );
  // A span that is left out as a whole opens the next day.
  expect(opens("02:10-02:50", "Europe/Berlin", "2026-03-29T00:30:00Z")).toBe(
    "2026-03-29T01:00:00.000Z",
  );
});

test("a weekday that was left out opens a week later", () => {
  expect(opens("09:00-17:00", "Pacific/Apia", "2011-12-27T12:00:00Z", ["fri"])).toBe(
    "2012-01-05T19:00:00.000Z",
  );
});
