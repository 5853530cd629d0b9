import { expect, test } from "vitest";
import { createHealthTally } from "./health-tally.ts";

const sent = (id: number) => ({ id: `d${id}`, notificationId: `n${id}`, tenant: "default" });
const detail = "no";

test("counts what says how the account does, and nothing else", () => {
  const tally = createHealthTally();
  tally.called({ kind: "sent" }, sent(1));
  tally.called({ kind: "permanent", detail }, sent(2));
  for (const kind of ["transient", "ambiguous", "config"] as const)
    tally.called({ kind, detail }, sent(3));
  tally.called({ kind: "rate_limited", detail }, sent(4));
  tally.called({ kind: "transient", detail, scope: "recipient" }, sent(5));
  tally.receipts(4, 1);
  expect(tally.take()).toEqual({ calls: 5, failures: 3, due: 4, late: 1 });
  expect(tally.take()).toEqual({ calls: 0, failures: 0, due: 0, late: 0 });
});

test("samples 50 of the accepted, late ones as likely as early ones", () => {
  const tally = createHealthTally();
  let fromSecondHalf = 0;
  for (let round = 0; round < 100; round += 1) {
    for (let id = 0; id < 1_000; id += 1) tally.called({ kind: "sent" }, sent(id));
    const sample = tally.takeSample();
    expect(new Set(sample.map(({ id }) => id)).size).toBe(50);
    fromSecondHalf += sample.filter(({ id }) => Number(id.slice(1)) >= 500).length;
  }
  expect(fromSecondHalf / 5_000).toBeCloseTo(0.5, 1);
  expect(tally.takeSample()).toEqual([]);
});
