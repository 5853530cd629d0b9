import { expect, test } from "vitest";
import { nextCron } from "./next-cron.ts";

/** The runs after a moment, as UTC without what is zero. */
function runs(pattern: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count) {
    at = nextCron(pattern, zone, at);
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

test("strictly after, to the millisecond", () => {
  const nine = Date.parse("2026-06-01T09:00:00Z");
  expect(nextCron("0 9 * * *", "UTC", nine - 1)).toBe(nine);
  expect(nextCron("0 9 * * *", "UTC", nine)).toBe(nine + 86_400_000);
  expect(nextCron("* * * * *", "UTC", nine + 1)).toBe(nine + 60_000);
});

test("a zone without daylight saving time has the same time all year", () => {
  expect(runs("30 2 * * *", "Asia/Kolkata", "2026-03-28T00:00:00Z", 3)).toEqual([
    "2026-03-28T21:00Z",
    "2026-03-29T21:00Z",
    "2026-03-30T21:00Z",
  ]);
});

test.each([
  // Clocks go from 02:00 to 03:00 at 01:00Z.
  [
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T12:00:00Z",
    ["2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  ],
  // From 02:00 to 03:00 at 07:00Z.
  [
    "30 2 * * *",
    "America/New_York",
    "2026-03-07T12:00:00Z",
    ["2026-03-08T07:00Z", "2026-03-09T06:30Z"],
  ],
  // From 02:00 to 02:30 at 15:30Z.
  [
    "15 2 * * *",
    "Australia/Lord_Howe",
    "2026-10-03T00:00:00Z",
    ["2026-10-03T15:30Z", "2026-10-04T15:15Z"],
  ],
  [
    "45 2 * * *",
    "Australia/Lord_Howe",
    "2026-10-03T00:00:00Z",
    ["2026-10-03T15:45Z", "2026-10-04T15:45Z"],
  ],
  // From 23:00 to 00:00 of the next day at 01:00Z.
  [
    "30 23 * * *",
    "America/Nuuk",
    "2025-03-29T12:00:00Z",
    ["2025-03-30T01:00Z", "2025-03-31T00:30Z"],
  ],
  // From 00:00 to 01:00 at 03:00Z.
  [
    "0 0 * * *",
    "America/Sao_Paulo",
    "2018-11-03T12:00:00Z",
    ["2018-11-04T03:00Z", "2018-11-05T02:00Z"],
  ],
])(
  "%s in %s: a time left out fires once, when clocks are set forward",
  (pattern, zone, after, expected) => {
    expect(runs(pattern, zone, after, expected.length)).toEqual(expected);
  },
);

test("several times left out fire once together, and not again with the time they fall on", () => {
  expect(runs("*/15 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3)).toEqual([
    "2026-03-29T01:00Z",
    "2026-03-30T00:00Z",
    "2026-03-30T00:15Z",
  ]);
  expect(runs("0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 3)).toEqual([
    "2026-03-29T01:00Z",
    "2026-03-30T00:00Z",
    "2026-03-30T01:00Z",
  ]);
});

test.each([
  // Clocks go from 03:00 to 02:00 at 01:00Z.
  [
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00:00Z",
    ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  ],
  // From 02:00 to 01:00 at 06:00Z.
  [
    "30 1 * * *",
    "America/New_York",
    "2026-10-31T12:00:00Z",
    ["2026-11-01T05:30Z", "2026-11-02T06:30Z"],
  ],
  // From 02:00 to 01:30 at 15:00Z.
  [
    "45 1 * * *",
    "Australia/Lord_Howe",
    "2026-04-04T12:00:00Z",
    ["2026-04-04T14:45Z", "2026-04-05T15:15Z"],
  ],
  [
    "30 2,14 * * *",
    "Europe/Berlin",
    "2026-10-24T23:00:00Z",
    ["2026-10-25T00:30Z", "2026-10-25T13:30Z"],
  ],
])("%s in %s: a time that occurs twice fires at its first", (pattern, zone, after, expected) => {
  expect(runs(pattern, zone, after, expected.length)).toEqual(expected);
});

test("a range and a step of hours, too, and every minute of the hour", () => {
  expect(runs("*/30 1-3 * * *", "Europe/Berlin", "2026-10-24T22:30:00Z", 6)).toEqual([
    "2026-10-24T23:00Z",
    "2026-10-24T23:30Z",
    "2026-10-25T00:00Z",
    "2026-10-25T00:30Z",
    "2026-10-25T02:00Z",
    "2026-10-25T02:30Z",
  ]);
  expect(runs("0 */2 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", 2)).toEqual([
    "2026-10-25T00:00Z",
    "2026-10-25T03:00Z",
  ]);
});

test("asked for in the second of two doubled hours, the first is not made up for", () => {
  expect(runs("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1)).toEqual([
    "2026-10-26T01:30Z",
  ]);
});

test("every hour follows the hours as they pass", () => {
  expect(runs("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 3)).toEqual([
    "2026-10-25T00:00Z",
    "2026-10-25T01:00Z",
    "2026-10-25T02:00Z",
  ]);
  expect(runs("*/30 0-23 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 3)).toEqual([
    "2026-03-29T00:30Z",
    "2026-03-29T01:00Z",
    "2026-03-29T01:30Z",
  ]);
  expect(runs("*/30 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30:00Z", 3)).toEqual([
    "2026-04-04T15:00Z",
    "2026-04-04T15:30Z",
    "2026-04-04T16:00Z",
  ]);
});

test("nothing on the date that Samoa left out", () => {
  expect(runs("0 9 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", 3)).toEqual([
    "2011-12-29T19:00Z",
    "2011-12-30T19:00Z",
    "2011-12-31T19:00Z",
  ]);
  expect(runs("0 9 30 12 *", "Pacific/Apia", "2011-12-01T12:00:00Z", 1)).toEqual([
    "2012-12-29T19:00Z",
  ]);
});

test("dates: the last day of a month, 29 February, weekdays by name", () => {
  expect(runs("0 9 L * *", "Europe/Berlin", "2026-01-15T00:00:00Z", 3)).toEqual([
    "2026-01-31T08:00Z",
    "2026-02-28T08:00Z",
    "2026-03-31T07:00Z",
  ]);
  expect(runs("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual(["2028-02-29T00:00Z"]);
  expect(runs("0 9 * * MON", "Asia/Tokyo", "2026-11-21T00:00:00Z", 1)).toEqual([
    "2026-11-23T00:00Z",
  ]);
  expect(runs("@weekly", "UTC", "2026-11-21T00:00:00Z", 1)).toEqual(["2026-11-22T00:00Z"]);
});

test("null when it never fires, an error for what is no zone", () => {
  expect(nextCron("0 0 30 2 *", "Europe/Berlin", 0)).toBeNull();
  expect(() => nextCron("0 9 * * *", "Mars/Olympus", 0)).toThrow("Mars/Olympus");
  expect(() => nextCron("0 * * * *", "Mars/Olympus", 0)).toThrow("Mars/Olympus");
});

test("over two years each day has one run", () => {
  for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Nuuk"]) {
    for (const pattern of ["30 2 * * *", "45 1 * * *", "30 23 * * *"]) {
      let at = Date.parse("2025-01-01T12:00:00Z");
      const end = Date.parse("2027-01-01T12:00:00Z");
      let count = 0;
      for (;;) {
        const next = nextCron(pattern, zone, at);
        if (next === null || next >= end) break;
        expect(next - at).toBeGreaterThan(0);
        at = next;
        count += 1;
      }
      expect([zone, pattern, count]).toEqual([zone, pattern, 730]);
    }
  }
});
