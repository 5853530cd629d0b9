import { expect, test } from "vitest";
import { nextLocalTime } from "./next-local-time.ts";

const at = (time: string, zone: string, after: string) =>
  new Date(nextLocalTime(time, zone, Date.parse(after))).toISOString();

test("later today, or tomorrow; strictly after", () => {
  expect(at("09:00", "Asia/Tokyo", "2026-06-01T23:00:00Z")).toBe("2026-06-02T00:00:00.000Z");
  expect(at("09:00", "Asia/Tokyo", "2026-06-02T00:00:00Z")).toBe("2026-06-03T00:00:00.000Z");
  expect(at("09:00", "Asia/Tokyo", "2026-06-01T23:59:59.999Z")).toBe("2026-06-02T00:00:00.000Z");
  expect(at("00:00", "UTC", "2026-06-02T00:00:00.001Z")).toBe("2026-06-03T00:00:00.000Z");
  expect(at("23:59", "UTC", "1969-12-31T23:58:00Z")).toBe("1969-12-31T23:59:00.000Z");
});

test("a time left out counts when clocks are set forward", () => {
  expect(at("02:30", "Europe/Berlin", "2026-03-29T00:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
  expect(at("02:30", "Europe/Berlin", "2026-03-29T01:00:00Z")).toBe("2026-03-30T00:30:00.000Z");
  expect(at("02:30", "America/New_York", "2026-03-08T06:00:00Z")).toBe("2026-03-08T07:00:00.000Z");
  expect(at("02:10", "Australia/Lord_Howe", "2026-10-03T15:00:00Z")).toBe(
    "2026-10-03T15:30:00.000Z",
  );
  expect(at("23:30", "America/Nuuk", "2025-03-30T00:00:00Z")).toBe("2025-03-30T01:00:00.000Z");
});

test("a time that occurs twice counts at its first occurrence", () => {
  expect(at("02:30", "Europe/Berlin", "2026-10-25T00:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
  expect(at("02:30", "Europe/Berlin", "2026-10-25T00:30:00Z")).toBe("2026-10-26T01:30:00.000Z");
  expect(at("01:45", "Australia/Lord_Howe", "2026-04-04T14:50:00Z")).toBe(
    "2026-04-05T15:15:00.000Z",
  );
});

test("a date left out has no times", () => {
  expect(at("09:00", "Pacific/Apia", "2011-12-29T20:00:00Z")).toBe("2011-12-30T19:00:00.000Z");
});

test("what is no time or no zone is an error, not a loop", () => {
  expect(() => nextLocalTime("24:00", "UTC", 0)).toThrow(RangeError);
  expect(() => nextLocalTime("9:00", "UTC", 0)).toThrow(RangeError);
  expect(() => nextLocalTime("09:00", "Mars/Olympus", 0)).toThrow(RangeError);
});
