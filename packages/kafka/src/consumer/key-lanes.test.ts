import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyLanes } from "./key-lanes.ts";

type Item = { key: string | null; owner: string; n: number };

function lanesOf(keys: (string | null)[]): KeyLanes<Item> {
  const lanes = new KeyLanes<Item>();
  for (const [n, key] of keys.entries()) lanes.add({ key, owner: "", n });
  return lanes;
}

it("gives each key's items in order and never two of one key at once", () => {
  const steps = fc.array(fc.oneof(fc.constantFrom("a", "b", "c"), fc.nat({ max: 9 })), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (script, perTake) => {
      const lanes = new KeyLanes<Item>();
      const added: Record<string, number[]> = { a: [], b: [], c: [] };
      const given: Record<string, number[]> = { a: [], b: [], c: [] };
      const out: Item[][] = [];
      let n = 0;
      for (const step of script) {
        if (typeof step === "string") {
          lanes.add({ key: step, owner: "", n });
          added[step]?.push(n);
          n += 1;
        } else if (step < 5) {
          const run = lanes.take(perTake);
          for (const item of run) {
            expect(out.flat().some((other) => other.key === item.key)).toBe(false);
            given[item.key ?? ""]?.push(item.n);
          }
          if (run.length > 0) out.push(run);
        } else
          for (const item of out.splice(step % Math.max(1, out.length), 1).flat())
            lanes.finish(item);
      }
      for (const run of out) for (const item of run) lanes.finish(item);
      while (lanes.hasReady) {
        for (const item of lanes.take(perTake)) {
          given[item.key ?? ""]?.push(item.n);
          lanes.finish(item);
        }
      }
      expect(given).toEqual(added);
      expect(lanes.waiting).toBe(0);
    }),
  );
});

it("lets items without a key run side by side", () => {
  const lanes = lanesOf([null, null, null]);
  expect([lanes.take(5), lanes.take(5), lanes.take(5)].flat().map((item) => item.n)).toEqual([
    0, 1, 2,
  ]);
});

it("frees a key only when all taken together are finished", () => {
  const lanes = lanesOf(["a", "a", "a"]);
  const [first, second] = lanes.take(2) as [Item, Item];
  lanes.finish(first);
  expect(lanes.hasReady).toBe(false);
  lanes.finish(second);
  expect(lanes.take(2).map((item) => item.n)).toEqual([2]);
});
