import { existsSync } from "node:fs";
import { familiesOf } from "./families.ts";
import { residentOf } from "./families.ts";
import { readProcesses, readResident } from "./read-processes.ts";

/** Epoch milliseconds and resident bytes by name of process. */
export type MemorySample = { at: number; bytes: Record<string, number> };

export type ProcessWatch = {
  add: (name: string, pid: number) => void;
  /** Processor time so far, microseconds by name of process; empty where there is no /proc. */
  cpuMicros: () => Record<string, number>;
  /** Resident memory now; empty where there is no /proc. */
  sample: () => MemorySample;
  /** Every sample taken, one a second. */
  samples: readonly MemorySample[];
  close: () => void;
};

const INTERVAL_MS = 1_000;

/** Watches processor time and memory of processes and their descendants, from /proc. */
export function watchProcesses(): ProcessWatch {
  const roots = new Map<string, number>();
  const samples: MemorySample[] = [];
  const known = existsSync("/proc/self/stat");
  const families = () => (known ? familiesOf(roots, readProcesses()) : new Map());
  const byName = (of: (members: readonly { pid: number; cpuMicros: number }[]) => number) =>
    Object.fromEntries(Array.from(families(), ([name, members]) => [name, of(members)]));
  const sample = () => ({
    at: Date.now(),
    bytes: byName((members) => residentOf(members.flatMap(({ pid }) => readResident(pid) ?? []))),
  });
  const timer = setInterval(() => samples.push(sample()), INTERVAL_MS);
  return {
    add: (name, pid) => void roots.set(name, pid),
    cpuMicros: () => byName((members) => members.reduce((sum, one) => sum + one.cpuMicros, 0)),
    sample,
    samples,
    close: () => clearInterval(timer),
  };
}
