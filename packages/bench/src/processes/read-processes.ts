import { readdirSync, readFileSync } from "node:fs";

export type ProcessStat = {
  pid: number;
  parent: number;
  /** Processor time of it and of children it has waited for, microseconds. */
  cpuMicros: number;
};

/** Resident memory in bytes, apart what is its own and what it may share with others. */
export type Resident = { own: number; file: number; shared: number };

/** The kernel counts in hundredths of a second on every architecture Node runs on. */
const MICROS_PER_TICK = 10_000;

/** Every process there is, from /proc. */
export function readProcesses(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parseStat(read(`/proc/${name}/stat`)));
}

/** Nothing for a process that has ended meanwhile. See proc_pid_stat(5). */
export function parseStat(stat: string): ProcessStat[] {
  const end = stat.lastIndexOf(")");
  if (end === -1) return [];
  const fields = stat.slice(end + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return [
    {
      pid: Number.parseInt(stat, 10),
      parent: Number(fields[1]),
      cpuMicros: ticks * MICROS_PER_TICK,
    },
  ];
}

/** Null when the process has ended. See proc_pid_status(5). */
export function readResident(pid: number): Resident | null {
  const status = read(`/proc/${pid}/status`);
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0) * 1_024;
  const resident = { own: bytes("RssAnon"), file: bytes("RssFile"), shared: bytes("RssShmem") };
  return resident.own === 0 ? null : resident;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
