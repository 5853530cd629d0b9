import { expect, test } from "vitest";
import { familiesOf, residentOf } from "./families.ts";
import { parseStat } from "./read-processes.ts";

const one = (pid: number, parent: number) => ({ pid, parent, cpuMicros: 0 });

test("a family is a process and its descendants without families below it", () => {
  const processes = [one(1, 0), one(2, 1), one(3, 2), one(4, 3), one(5, 1)];
  const families = familiesOf(
    new Map([
      ["bench", 1],
      ["postgres", 3],
      ["gone", 99],
    ]),
    processes,
  );
  const pids = Array.from(families, ([name, members]) => [name, members.map(({ pid }) => pid)]);
  expect(pids).toEqual([
    ["bench", [1, 2, 5]],
    ["postgres", [3, 4]],
    ["gone", []],
  ]);
});

test("what a family shares counts once", () => {
  const members = [
    { own: 10, file: 5, shared: 100 },
    { own: 20, file: 7, shared: 90 },
  ];
  expect(residentOf(members)).toBe(10 + 20 + 7 + 100);
  expect(residentOf([])).toBe(0);
});

test("a line of /proc is read whatever the process is called", () => {
  const line = "42 (a) b (c) S 7 1 1 0 -1 4194560 900 0 0 0 3 2 1 4 20 0 11 0 100 1 1";
  expect(parseStat(line)).toEqual([{ pid: 42, parent: 7, cpuMicros: 100_000 }]);
  expect(parseStat("")).toEqual([]);
});
