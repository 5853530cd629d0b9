import { expect, test } from "vitest";
import { figuresTable } from "./figures-table.ts";

test("each aim is met or missed, and what was not measured is left out", () => {
  const text = figuresTable([
    { what: "sent, /s", platform: 4_812.4, baseline: 4_100, aim: { least: 4_500 } },
    { what: "ratio", platform: 0.987, aim: { least: 1 }, digits: 2 },
    { what: "in-app, /s", platform: Number.NaN, aim: { least: 5_000 } },
    { what: "p99, ms", platform: 41, baseline: Number.NaN, aim: { most: 40 } },
    { what: "lost", platform: 0, baseline: 0, aim: { most: 0 } },
    { what: "accepted, /s", platform: 12_000 },
  ]);
  expect(text).toBe(`what          platform  baseline      aim
────────────  ────────  ────────  ───────  ──────
sent, /s         4,812     4,100  ≥ 4,500  met
ratio             0.99                ≥ 1  missed
p99, ms             41               ≤ 40  missed
lost                 0         0        0  met
accepted, /s    12,000`);
});
