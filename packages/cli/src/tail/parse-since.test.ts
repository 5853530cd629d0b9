import { expect, test } from "vitest";
import { parseSince } from "./parse-since.ts";

const now = new Date("2026-11-21T10:00:00Z");

test.each([
  [undefined, "2026-11-21T10:00:00.000Z"],
  ["90s", "2026-11-21T09:58:30.000Z"],
  ["10m", "2026-11-21T09:50:00.000Z"],
  ["2h", "2026-11-21T08:00:00.000Z"],
  ["1d", "2026-11-20T10:00:00.000Z"],
  ["2026-11-21T09:30:00+01:00", "2026-11-21T08:30:00.000Z"],
])("%s", (text, expected) => {
  expect(parseSince(text, now).toISOString()).toBe(expected);
});

test.each(["", "yesterday", "-1h", "1w"])("%s is refused", (text) => {
  expect(() => parseSince(text, now)).toThrow("--since takes");
});
