import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Fault } from "../fault.ts";
import type { FaultResult } from "../run/run-faults.ts";
import type { SeedResult } from "../run/run-seed.ts";

/** A fault's results with the commit they were measured at and when, as `results.json` holds them. */
export type MeasuredFault = FaultResult & { commit: string; at: string };

export type ResultsFile = {
  /** Adds a seed and writes the file: a run that is stopped leaves what it has. */
  add: (fault: Fault, result: SeedResult) => void;
  /** Of this run and of those before, as far as these are not replaced. */
  all: () => MeasuredFault[];
};

/**
 * Results of a fault replace those of an earlier run at another commit. At the same commit they add up: the later
 * result of a seed counts.
 */
export function openResultsFile(path: string, commit: string): ResultsFile {
  const earlier = readResults(path);
  const own = new Map<string, MeasuredFault>();
  const all = () => [...earlier.filter(({ name }) => !own.has(name)), ...own.values()];
  return {
    all,
    add({ name, what, topology }, result) {
      const at = new Date().toISOString();
      const before = own.get(name) ?? earlier.find((one) => one.name === name);
      const others = before?.commit === commit ? before.seeds : [];
      const seeds = [...others.filter(({ seed }) => seed !== result.seed), result];
      own.set(name, { name, what, topology, seeds, commit, at });
      writeFileSync(`${path}.part`, `${JSON.stringify(all(), null, 2)}\n`);
      renameSync(`${path}.part`, path);
    },
  };
}

function readResults(path: string): MeasuredFault[] {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}
