import type { FaultResult } from "../run/run-faults.ts";
import { percentile } from "./percentile.ts";

/** A fault's row of the table. */
export type Row = {
  fault: string;
  what: string;
  seeds: number;
  red: number;
  accepted: number;
  lost: number;
  duplicated: number;
  recoveredP50Ms: number | null;
  recoveredMaxMs: number | null;
  /** What the fault measured by the way: the median and the largest over its seeds. */
  figures: { name: string; p50: number; max: number }[];
};

export function summarize({ name, what, seeds }: FaultResult): Row {
  const recovered = seeds.flatMap(({ recoveredMs }) => recoveredMs ?? []).toSorted((a, b) => a - b);
  const sum = (of: (seed: FaultResult["seeds"][number]) => number) =>
    seeds.reduce((total, seed) => total + of(seed), 0);
  return {
    fault: name,
    what,
    seeds: seeds.length,
    red: seeds.filter(({ problems }) => problems.length > 0).length,
    accepted: sum(({ accepted }) => accepted),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicates }) => duplicates.reduce((total, { extra }) => total + extra, 0)),
    recoveredP50Ms: recovered[Math.floor((recovered.length - 1) / 2)] ?? null,
    recoveredMaxMs: recovered.at(-1) ?? null,
    figures: figuresOf(seeds),
  };
}

function figuresOf(seeds: FaultResult["seeds"]): Row["figures"] {
  const names = new Set(seeds.flatMap(({ figures }) => Object.keys(figures)));
  return [...names].map((name) => {
    const values = seeds.flatMap(({ figures }) => figures[name] ?? []);
    return { name, p50: percentile(values, 0.5), max: percentile(values, 1) };
  });
}
