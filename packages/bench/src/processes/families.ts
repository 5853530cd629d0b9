import type { ProcessStat, Resident } from "./read-processes.ts";

/** A named process and all that descend from it, such as Postgres and its backends. */
export type Families = ReadonlyMap<string, readonly ProcessStat[]>;

/** Gathers the processes below each root; a root below another forms a family of its own. */
export function familiesOf(
  roots: ReadonlyMap<string, number>,
  processes: readonly ProcessStat[],
): Families {
  const names = new Map(Array.from(roots, ([name, pid]) => [pid, name]));
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const nameOf = (pid: number | undefined): string | undefined =>
    pid === undefined ? undefined : (names.get(pid) ?? nameOf(parents.get(pid)));
  return new Map(
    Array.from(roots.keys(), (name) => [name, processes.filter(({ pid }) => nameOf(pid) === name)]),
  );
}

/** Resident bytes of a family: what each has of its own, and what they may share counted once. */
export function residentOf(members: readonly Resident[]): number {
  const own = members.reduce((sum, member) => sum + member.own, 0);
  const largest = (of: (member: Resident) => number) => Math.max(0, ...members.map(of));
  return own + largest(({ file }) => file) + largest(({ shared }) => shared);
}
