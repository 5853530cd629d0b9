import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** Where figures come from, so that others can tell whether theirs compare. */
export type Machine = {
  /** The commit measured; with `+` when files differ from it. Null outside a checkout. */
  commit: string | null;
  at: string;
  cores: number;
  cpu: string;
  memoryBytes: number;
  node: string;
  system: string;
};

export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    commit: commit(),
    at: new Date().toISOString(),
    cores: cpus().length,
    cpu: first?.model.trim() ?? "unknown",
    memoryBytes: totalmem(),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
}

function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? "+" : ""}`;
  } catch {
    return null;
  }
}
