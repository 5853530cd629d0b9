import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAULTS } from "../faults/index.ts";
import { openResultsFile } from "./results-file.ts";

const [nothing] = FAULTS;
const directory = () => mkdtempSync(join(tmpdir(), "pulse-results-"));
const seed = (number: number) => ({
  seed: number,
  accepted: 300,
  unknown: 0,
  lost: 0,
  duplicates: [],
  problems: [],
  recoveredMs: 1_000,
  tookMs: 9_000,
  exits: [],
  figures: {},
});

const written = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("a row of another commit is replaced by what was measured last", () => {
  if (nothing === undefined) throw new Error("there are no faults");
  const path = join(directory(), "results.json");
  openResultsFile(path, "0000000").add(nothing, seed(1));
  openResultsFile(path, "abc1234").add(nothing, seed(2));
  expect(written(path)).toMatchObject([{ commit: "abc1234", seeds: [{ seed: 2 }] }]);
});

test("a run goes on with what one of the same commit has measured before; the later result of a seed counts", () => {
  if (nothing === undefined) throw new Error("there are no faults");
  const path = join(directory(), "results.json");
  const first = openResultsFile(path, "abc1234");
  first.add(nothing, seed(1));
  first.add(nothing, { ...seed(2), lost: 1 });
  openResultsFile(path, "abc1234").add(nothing, seed(2));
  expect(written(path)).toMatchObject([{ seeds: [seed(1), seed(2)] }]);
});
