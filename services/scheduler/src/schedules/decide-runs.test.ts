import { expect, test } from "vitest";
import { decideRuns } from "./decide-runs.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().replace(":00.000Z", "Z");

function decide(
  definition: { cron: string; timezone?: string; missed?: "skip" | "once" | "all"; until?: string },
  next: string,
  now: string,
) {
  const all = { timezone: "UTC", missed: "skip" as const, ...definition };
  const { fire, skipped, nextMs } = decideRuns(all, at(next), at(now));
  return {
    fire: fire.map(({ plannedMs }) => iso(plannedMs)),
    skipped: skipped === null ? 0 : skipped.count,
    next: nextMs === null ? null : iso(nextMs),
    last: skipped === null ? null : iso(skipped.lastMs),
  };
}

test("on time: fired whatever the wish, and the next is planned from the planned time", () => {
  for (const missed of ["skip", "once", "all"] as const) {
    const found = decide(
      { cron: "0 9 * * *", missed },
      "2026-06-01T09:00:00Z",
      "2026-06-01T09:00:01.500Z",
    );
    expect(found).toEqual({
      fire: ["2026-06-01T09:00Z"],
      skipped: 0,
      next: "2026-06-02T09:00Z",
      last: null,
    });
  }
});

test("missed by three days: none, the last, or all", () => {
  const [next, now] = ["2026-06-01T09:00:00Z", "2026-06-03T12:00:00Z"];
  expect(decide({ cron: "0 9 * * *", missed: "skip" }, next, now)).toEqual({
    fire: [],
    skipped: 3,
    next: "2026-06-04T09:00Z",
    last: "2026-06-03T09:00Z",
  });
  expect(decide({ cron: "0 9 * * *", missed: "once" }, next, now)).toEqual({
    fire: ["2026-06-03T09:00Z"],
    skipped: 2,
    next: "2026-06-04T09:00Z",
    last: "2026-06-02T09:00Z",
  });
  expect(decide({ cron: "0 9 * * *", missed: "all" }, next, now)).toEqual({
    fire: ["2026-06-01T09:00Z", "2026-06-02T09:00Z", "2026-06-03T09:00Z"],
    skipped: 0,
    next: "2026-06-04T09:00Z",
    last: null,
  });
});

test("once: a run on time stands for those missed before it", () => {
  const found = decide(
    { cron: "* * * * *", missed: "once" },
    "2026-06-01T09:00:00Z",
    "2026-06-01T09:10:30Z",
  );
  expect(found).toEqual({
    fire: ["2026-06-01T09:10Z"],
    skipped: 10,
    next: "2026-06-01T09:11Z",
    last: "2026-06-01T09:09Z",
  });
});

test("all: at most the 100 latest", () => {
  const found = decide(
    { cron: "* * * * *", missed: "all" },
    "2026-06-01T00:00:00Z",
    "2026-06-01T05:00:00Z",
  );
  // The run of this minute is on time.
  expect(found.fire).toHaveLength(101);
  expect(found.fire[0]).toBe("2026-06-01T03:20Z");
  expect(found.skipped).toBe(200);
});

test("nothing older than a week is made up for, and a year away takes no time", () => {
  const yearly = { cron: "0 0 1 1 *", missed: "once" as const };
  expect(decide(yearly, "2026-01-01T00:00:00Z", "2026-01-09T00:00:00Z")).toEqual({
    fire: [],
    skipped: 1,
    next: "2027-01-01T00:00Z",
    last: "2026-01-01T00:00Z",
  });
  const started = performance.now();
  const found = decide({ cron: "* * * * *" }, "2025-06-01T00:00:00Z", "2026-06-01T00:00:00Z");
  expect(found.fire).toEqual(["2026-06-01T00:00Z"]);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("the end: nothing is planned after `until`", () => {
  const until = "2026-06-02T09:00:00Z";
  const found = decide({ cron: "0 9 * * *", until }, until, "2026-06-02T09:00:00Z");
  expect(found).toMatchObject({ fire: ["2026-06-02T09:00Z"], next: null });
});

test("a skipped hour fires once, a doubled one once", () => {
  const berlin = { cron: "30 2 * * *", timezone: "Europe/Berlin" };
  const spring = decide(berlin, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z");
  expect(spring).toMatchObject({ fire: ["2026-03-29T01:00Z"], next: "2026-03-30T00:30Z" });
  const autumn = decide(berlin, "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z");
  expect(autumn).toMatchObject({ fire: ["2026-10-25T00:30Z"], next: "2026-10-26T01:30Z" });
});
