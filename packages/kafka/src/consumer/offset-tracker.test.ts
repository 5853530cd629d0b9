import fc from "fast-check";
import { expect, it } from "vitest";
import { OffsetTracker, type Tracked } from "./offset-tracker.ts";

function track(tracker: OffsetTracker, offset: bigint, since = 0): Tracked {
  const record = { offset, since, finished: false };
  tracker.add(record);
  return record;
}

it("never answers a position past an unfinished record, in whatever order they finish", () => {
  const finishingOrders = fc
    .uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 })
    .map((offsets) => offsets.toSorted((a, b) => a - b))
    .chain((offsets) => fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets)));
  fc.assert(
    fc.property(finishingOrders, ([offsets, finishing]) => {
      const tracker = new OffsetTracker();
      const records = new Map(offsets.map((o) => [o, track(tracker, BigInt(o))]));
      const unfinished = new Set(offsets);
      for (const offset of finishing) {
        tracker.finish(records.get(offset) as Tracked);
        unfinished.delete(offset);
        const firstOpen = offsets.find((o) => unfinished.has(o));
        const lastOffset = offsets.at(-1) ?? 0;
        const prefix = offsets.filter((o) => firstOpen === undefined || o < firstOpen);
        const expected = firstOpen === undefined ? lastOffset + 1 : (prefix.at(-1) ?? -1) + 1;
        expect(tracker.position).toBe(
          prefix.length === 0 ? BigInt(offsets[0] ?? 0) : BigInt(expected),
        );
        expect(tracker.unfinished).toBe(unfinished.size);
      }
    }),
  );
});

it("counts a record finished twice once", () => {
  const tracker = new OffsetTracker();
  const first = track(tracker, 5n);
  track(tracker, 6n);
  tracker.finish(first);
  tracker.finish(first);
  expect(tracker.position).toBe(6n);
  expect(tracker.unfinished).toBe(1);
});

it("tells distance and age from the oldest unfinished record", () => {
  const tracker = new OffsetTracker();
  const first = track(tracker, 10n, 100);
  track(tracker, 30n, 200);
  expect([tracker.distance, tracker.oldestSince]).toEqual([20, 100]);
  tracker.finish(first);
  expect([tracker.distance, tracker.oldestSince]).toEqual([0, 200]);
});

it("has no position before the first record", () => {
  expect(new OffsetTracker().position).toBeUndefined();
});
