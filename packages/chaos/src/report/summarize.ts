import type { FaultResult } from "../run/run-faults.ts";

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
  };
}
