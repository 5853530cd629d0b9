import { existsSync } from "node:fs";
import { familiesOf, residentOf } from "./families.ts";
import { readProcesses, readResident } from "./read-processes.ts";

/** Epoch milliseconds and resident bytes by name of process. */
export type MemorySample = { at: number; bytes: Record<string, number> };

export type ProcessWatch = {
  /** Processor time so far, microseconds by name of process; empty where there is no /proc. */
  cpuMicros: () => Record<string, number>;
  /** Resident memory now; empty where there is no /proc. */
  sample: () => MemorySample;
  /** One a second since the start. */
  samples: readonly MemorySample[];
  close: () => void;
};

const INTERVAL_MS = 1_000;

/** Watches processor time and memory of processes, given by name, and of their descendants, from /proc. */
export function watchProcesses(pids: Record<string, number>): ProcessWatch {
  const roots = existsSync("/proc/self/stat") ? new Map(Object.entries(pids)) : new Map();
  const samples: MemorySample[] = [];
  const byName = (of: (members: readonly { pid: number; cpuMicros: number }[]) => number) => {
    const families = familiesOf(roots, roots.size === 0 ? [] : readProcesses());
    return Object.fromEntries(Array.from(families, ([name, members]) => [name, of(members)]));
  };
  const residents = (members: readonly { pid: number }[]) =>
    residentOf(members.flatMap(({ pid }) => readResident(pid) ?? []));
  const sample = () => ({ at: Date.now(), bytes: byName(residents) });
  const timer = setInterval(() => samples.push(sample()), INTERVAL_MS);
  return {
    cpuMicros: () => byName((members) => members.reduce((sum, one) => sum + one.cpuMicros, 0)),
    sample,
    samples,
    close: () => clearInterval(timer),
  };
}
