import type { DigestWindow } from "@pulsecourier/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDigestMemory } from "./test-digest-memory.ts";
import { keepsPromise } from "./test-digest-promise.ts";
import { type DigestPlay, playDigest } from "./test-digest-world.ts";

const windows: DigestWindow[] = [
  { type: "fixed", for: "PT1M" },
  { type: "sliding", for: "PT1M", max: "PT3M" },
  { type: "calendar", at: "09:00" },
];
const plays: fc.Arbitrary<DigestPlay> = fc.record({
  people: fc.integer({ min: 1, max: 6 }),
  window: fc.constantFrom(...windows),
  picks: fc.array(
    fc.record({ at: fc.nat(20), size: fc.integer({ min: 1, max: 4 }), again: fc.boolean() }),
    { maxLength: 30 },
  ),
  cancels: fc.array(fc.record({ who: fc.nat(5), before: fc.nat(15) }), { maxLength: 4 }),
});

test("whatever comes when: each item is in one digest, in none once it was cancelled, and all end", async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (one) =>
      keepsPromise(await playDigest(createDigestMemory(), one)),
    ),
    { numRuns: 500 },
  );
}, 60_000);

test("one after the other, then the timer: the first carries all", async () => {
  const picks = Array.from({ length: 20 }, () => ({ at: 0, size: 1, again: false }));
  const window = windows[0] ?? { type: "fixed", for: "PT1M" };
  const played = await playDigest(createDigestMemory(), { people: 3, window, picks, cancels: [] });
  const [first] = played.fates;
  expect(played.closed).toMatchObject([
    { carrier: first?.notificationId, count: 3, items: [0, 1, 2] },
  ]);
});
