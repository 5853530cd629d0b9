import { expect, test } from "vitest";
import { endOfQuietHours } from "./end-of-quiet-hours.ts";

function end(times: string, zone: string, at: string): string | null {
  const [from = "", until = ""] = times.split("-");
  const ms = endOfQuietHours({ from, until }, zone, Date.parse(at));
  return ms === null ? null : new Date(ms).toISOString();
}

test("within a day: the first moment is quiet, the last is not", () => {
  expect(end("12:00-14:00", "UTC", "2026-06-01T11:59:59.999Z")).toBeNull();
  expect(end("12:00-14:00", "UTC", "2026-06-01T12:00:00Z")).toBe("2026-06-01T14:00:00.000Z");
  expect(end("12:00-14:00", "UTC", "2026-06-01T13:59:59.999Z")).toBe("2026-06-01T14:00:00.000Z");
  expect(end("12:00-14:00", "UTC", "2026-06-01T14:00:00Z")).toBeNull();
});

test("over midnight, from either side of it", () => {
  expect(end("22:00-07:00", "Europe/Berlin", "2026-06-01T19:59:00Z")).toBeNull();
  expect(end("22:00-07:00", "Europe/Berlin", "2026-06-01T20:00:00Z")).toBe(
    "2026-06-02T05:00:00.000Z",
  );
  expect(end("22:00-07:00", "Europe/Berlin", "2026-06-02T04:59:00Z")).toBe(
    "2026-06-02T05:00:00.000Z",
  );
  expect(end("22:00-07:00", "Europe/Berlin", "2026-06-02T05:00:00Z")).toBeNull();
  expect(end("22:00-00:00", "UTC", "2026-06-01T23:59:00Z")).toBe("2026-06-02T00:00:00.000Z");
});

test("a night with the clocks set forward is an hour shorter, set back an hour longer", () => {
  expect(end("22:00-07:00", "Europe/Berlin", "2026-03-28T21:00:00Z")).toBe(
    "2026-03-29T05:00:00.000Z",
  );
  expect(end("22:00-07:00", "Europe/Berlin", "2026-10-24T20:00:00Z")).toBe(
    "2026-10-25T06:00:00.000Z",
  );
  expect(end("22:00-07:00", "America/New_York", "2026-11-01T03:00:00Z")).toBe(
    "2026-11-01T12:00:00.000Z",
  );
});

test("ends that are left out, or occur twice", () => {
  expect(end("22:00-02:30", "Europe/Berlin", "2026-03-29T00:59:00Z")).toBe(
    "2026-03-29T01:00:00.000Z",
  );
  expect(end("22:00-02:30", "Europe/Berlin", "2026-03-29T01:00:00Z")).toBeNull();
  expect(end("22:00-02:30", "Europe/Berlin", "2026-10-25T00:29:00Z")).toBe(
    "2026-10-25T00:30:00.000Z",
  );
  // 02:10 for the second time: they ended at the first 02:30.
  expect(end("22:00-02:30", "Europe/Berlin", "2026-10-25T01:10:00Z")).toBeNull();
  // Both times are left out: quiet for no moment.
  expect(end("02:10-02:50", "Europe/Berlin", "2026-03-29T01:00:00Z")).toBeNull();
});

test("hours that begin before a date that was left out last to their end on the next", () => {
  expect(end("22:00-07:00", "Pacific/Apia", "2011-12-30T09:00:00Z")).toBe(
    "2011-12-30T17:00:00.000Z",
  );
  expect(end("22:00-07:00", "Pacific/Apia", "2011-12-30T16:00:00Z")).toBe(
    "2011-12-30T17:00:00.000Z",
  );
});

test("the same time twice is no quiet hours", () => {
  expect(end("08:00-08:00", "UTC", "2026-06-01T08:00:00Z")).toBeNull();
});
