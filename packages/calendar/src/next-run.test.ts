import { expect, test } from "vitest";
import { nextRun } from "./next-run.ts";

const at = (text: string) => Date.parse(text);
const daily = { cron: "0 9 * * *", timezone: "UTC" };

test("the first is at `from` itself, or after it", () => {
  const from = "2026-06-05T09:00:00Z";
  expect(nextRun({ ...daily, from }, at("2026-06-01T00:00:00Z"))).toBe(at(from));
  expect(nextRun({ ...daily, from }, at(from))).toBe(at("2026-06-06T09:00:00Z"));
});

test("the last is at `until` itself, or before it", () => {
  const until = "2026-06-05T09:00:00Z";
  expect(nextRun({ ...daily, until }, at(until) - 1)).toBe(at(until));
  expect(nextRun({ ...daily, until }, at(until))).toBeNull();
  expect(
    nextRun({ ...daily, until: "2026-06-05T08:59:59Z" }, at("2026-06-04T09:00:00Z")),
  ).toBeNull();
});

test("without both it has no end", () => {
  expect(nextRun(daily, at("2026-06-05T09:00:00Z"))).toBe(at("2026-06-06T09:00:00Z"));
});
