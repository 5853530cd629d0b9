import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAULTS } from "../faults/index.ts";
import { withTable } from "./page.ts";
import type { MeasuredFault } from "./results-file.ts";

const page = readFileSync(new URL("../../../../docs/chaos.md", import.meta.url), "utf8");
const [nothing] = FAULTS;
const empty = page.replace(/(chaos:begin.*-->)[^]*(<!-- chaos:end)/, "$1\n\n$2");

const seed = (change: object) => ({
  seed: 1,
  accepted: 300,
  unknown: 0,
  lost: 0,
  duplicates: [],
  problems: [],
  recoveredMs: 1_000,
  exits: [],
  figures: {},
  tookMs: 9_000,
  ...change,
});

test("the page has a row for every fault there is, and for no other", () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(FAULTS.map(({ name }) => name));
});

test("a row shows what its fault measured", () => {
  if (nothing === undefined) throw new Error("there are no faults");
  const seeds = [7, 30, 5].map((p99Ms) => seed({ figures: { p99Ms } }));
  const measured: MeasuredFault = { ...nothing, seeds, commit: "abc1234", at: "2026-01-01" };
  expect(withTable(empty, FAULTS, [measured])).toContain("| abc1234 | p99Ms 7 / 30 |");
});

test("a row sums up the seeds; what was not run says so", () => {
  if (nothing === undefined) throw new Error("there are no faults");
  const duplicates = [{ deliveryId: "d", extra: 2, counted: true }];
  const seeds = [
    seed({ recoveredMs: 4_000, duplicates }),
    seed({ recoveredMs: null, lost: 3, problems: ["lost"] }),
    seed({ recoveredMs: 9_000 }),
  ];
  const measured: MeasuredFault = { ...nothing, seeds, commit: "abc1234", at: "2026-01-01" };
  const text = withTable(empty, FAULTS, [measured]);
  expect(text).toContain("| 3 | 1 | 3 | 2 | 4.0 s / 9.0 s | abc1234 |");
  expect(text.match(/\| not measured \|/g)).toHaveLength(FAULTS.length - 1);
  expect(withTable(text, FAULTS, [measured])).toBe(text);
});

test("two runs add up: what the other one measured keeps its row and its commit", () => {
  const [, other] = FAULTS;
  if (nothing === undefined || other === undefined) throw new Error("there are no faults");
  const one: MeasuredFault = { ...nothing, seeds: [seed({})], commit: "abc1234", at: "2026-01-01" };
  const two: MeasuredFault = { ...other, seeds: [seed({})], commit: "def5678", at: "2026-01-01" };
  const both = withTable(withTable(empty, FAULTS, [one]), FAULTS, [two]);
  expect(both).toBe(withTable(empty, FAULTS, [one, two]));
  expect(both).toContain("| abc1234 |");
  expect(both).toContain("| def5678 |");
});
