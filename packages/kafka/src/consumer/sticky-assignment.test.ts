import fc from "fast-check";
import { expect, it } from "vitest";
import { assignSticky } from "./sticky-assignment.ts";

type Assigned = Record<string, number[]>;

const topicsOf = (counts: number[]): Assigned =>
  Object.fromEntries(
    counts.map((count, n) => [`t${n}`, Array.from({ length: count }, (_, p) => p)]),
  );
const flat = (assigned: Assigned): string[] =>
  Object.entries(assigned).flatMap(([topic, all]) => all.map((p) => `${topic}/${p}`));
const claims = (assigned: Map<string, Assigned>) =>
  [...assigned].map(([id, owned]) => ({ id, owned }));
const none = (...ids: string[]) => ids.map((id) => ({ id, owned: {} }));

it("gives every partition to exactly one member, evenly in each topic, whatever members claim", () => {
  const claimed = fc.dictionary(
    fc.constantFrom("t0", "t1", "t2", "gone"),
    fc.uniqueArray(fc.nat({ max: 14 })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 12 }), { maxLength: 8 }),
      fc.array(claimed, { minLength: 1, maxLength: 6 }),
      (counts, owned) => {
        const topics = topicsOf(counts);
        const members = owned.map((claim, n) => ({ id: `m${n}`, owned: claim }));
        const assigned = assignSticky(members, topics);
        expect([...assigned.values()].flatMap(flat).toSorted()).toEqual(flat(topics).toSorted());
        for (const [topic, all] of Object.entries(topics)) {
          const sizes = [...assigned.values()].map((given) => given[topic]?.length ?? 0);
          expect(Math.min(...sizes)).toBe(Math.floor(all.length / members.length));
          expect(Math.max(...sizes)).toBe(Math.ceil(all.length / members.length));
        }
      },
    ),
  );
});

it("moves nothing when nothing changed", () => {
  const topics = topicsOf([4, 7, 1, 12]);
  const before = assignSticky(none("a", "b", "c"), topics);
  expect(assignSticky(claims(before), topics)).toEqual(before);
});

it("takes only what a joining member is due", () => {
  const topics = topicsOf([4, 4, 4]);
  const before = assignSticky(none("a", "b"), topics);
  const after = assignSticky([...claims(before), ...none("0-new")], topics);
  const kept = ["a", "b"].flatMap((id) => {
    const had = new Set(flat(before.get(id) ?? {}));
    return flat(after.get(id) ?? {}).filter((name) => had.has(name));
  });
  expect(kept).toHaveLength(12 - flat(after.get("0-new") ?? {}).length);
});

it("spreads the odd partitions of many small topics", () => {
  const topics = topicsOf(Array.from({ length: 10 }, () => 1));
  const before = assignSticky(none("a"), topics);
  const after = assignSticky([...claims(before), ...none("b")], topics);
  expect([...after.values()].map((given) => flat(given).length)).toEqual([5, 5]);
});
