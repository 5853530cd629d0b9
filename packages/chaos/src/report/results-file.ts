import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Fault } from "../fault.ts";
import type { FaultResult } from "../run/run-faults.ts";
import type { SeedResult } from "../run/run-seed.ts";

/** A fault's results with the commit they were measured at and when, as `results.json` holds them. */
export type MeasuredFault = FaultResult & { commit: string; at: string };

export type ResultsFile = {
  /** Adds a seed and writes the file: a run that is stopped leaves what it has. */
  add: (fault: Fault, result: SeedResult) => void;
  /** Of this run and, for faults it did not run, of those before. */
  all: () => MeasuredFault[];
};

/** Results of a fault replace those of an earlier run. */
export function openResultsFile(path: string, commit: string): ResultsFile {
  const earlier = readResults(path);
  const own = new Map<string, MeasuredFault>();
  const all = () => [...earlier.filter(({ name }) => !own.has(name)), ...own.values()];
  return {
    all,
    add({ name, what, topology }, result) {
      const at = new Date().toISOString();
      const fault = own.get(name) ?? { name, what, topology, seeds: [], commit, at };
      own.set(name, { ...fault, seeds: [...fault.seeds, result] });
      writeFileSync(`${path}.part`, `${JSON.stringify(all(), null, 2)}\n`);
      renameSync(`${path}.part`, path);
    },
  };
}

export function readResults(path: string): MeasuredFault[] {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}
