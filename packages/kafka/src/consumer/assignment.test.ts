import { expect, it } from "vitest";
import { Assignment } from "./assignment.ts";

const names = (partitions: Iterable<{ topic: string; partition: number }>): string[] =>
  [...partitions].map(({ topic, partition }) => `${topic}/${partition}`);

it("keeps partitions, with their work in flight, over a rejoin as the same member", () => {
  const assignment = new Assignment();
  assignment.change("m1", { t: [0, 1] });
  const kept = assignment.get("t", 1);
  const { gained, lost } = assignment.change("m1", { t: [1, 2] });
  expect([names(gained), names(lost)]).toEqual([["t/2"], ["t/0"]]);
  expect(assignment.get("t", 1)).toBe(kept);
  expect([kept?.lost, lost[0]?.lost]).toEqual([false, true]);
});

it("begins anew under another member id: others may have owned them in between", () => {
  const assignment = new Assignment();
  assignment.change("m1", { t: [0] });
  const before = assignment.get("t", 0);
  const { gained, lost } = assignment.change("m2", { t: [0] });
  expect([names(gained), names(lost)]).toEqual([["t/0"], ["t/0"]]);
  expect(before?.lost).toBe(true);
  expect(assignment.get("t", 0)).not.toBe(before);
});

it("keeps nothing after losing all, under the same id too", () => {
  const assignment = new Assignment();
  assignment.change("m1", { t: [0] });
  const before = assignment.get("t", 0);
  expect(names(assignment.loseAll())).toEqual(["t/0"]);
  expect(names(assignment.change("m1", { t: [0] }).gained)).toEqual(["t/0"]);
  expect(assignment.get("t", 0)).not.toBe(before);
});

it("renews a partition whose log is another", () => {
  const assignment = new Assignment();
  assignment.change("m1", { t: [0] });
  const before = assignment.get("t", 0);
  if (before === undefined) throw new Error("not assigned");
  before.wanted = 100n;
  const fresh = assignment.renew(before);
  expect([before.lost, fresh.wanted, assignment.get("t", 0) === fresh]).toEqual([true, 0n, true]);
});
