import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DevFile } from "@pulsecourier/cli";
import { eventually } from "@pulsecourier/testkit";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const MAIN = join(ROOT, "packages/cli/src/main.ts");
const READY_MS = 60_000;

/** The ways a person starts the command line. */
export const commands = {
  npmStart: ["npm", "start"],
  npmsChild: [process.execPath, join(ROOT, "infra/bootstrap.mjs"), "up"],
  pulse: (...args: string[]) => [process.execPath, MAIN, ...args],
};

export type Cli = ReturnType<typeof spawnCli>;

/** Starts a command that ends with the test at the latest. */
export function startCli(command: string[], env: Record<string, string>): Cli {
  const cli = spawnCli(command, env);
  onTestFinished(() => cli.signalGroup("SIGKILL"));
  return cli;
}

/** Starts a command as a shell in a terminal does: in a process group of its own, with nothing of the test's environment. */
export function spawnCli(command: string[], env: Record<string, string>) {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: ROOT,
    detached: true,
    env: { ...inherited(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exit = once(child, "close").then(([code]: unknown[]) => ({ code, output }));
  const dataDir = env["PULSE_DATA_DIR"] ?? "";
  return {
    pid: child.pid ?? 0,
    exit,
    output: () => output,
    dev: (): DevFile => JSON.parse(readFileSync(join(dataDir, "dev.json"), "utf8")),
    /** Waits for what it prints; fails at once when it ends without having printed it. */
    until: (text: string) => untilPrinted(child, () => output, text),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** As Ctrl-C in a terminal does: to every process of the group. */
    signalGroup: (signal: NodeJS.Signals) => signalGroup(child, signal),
  };
}

async function untilPrinted(
  child: ChildProcess,
  output: () => string,
  text: string,
): Promise<void> {
  const printed = () => output().includes(text);
  await eventually(() => printed() || child.exitCode !== null || child.signalCode !== null, {
    timeoutMs: READY_MS,
  });
  if (!printed()) throw new Error(`it ended without printing ${text}:\n${output()}`);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid ?? 0), signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** What a person's shell has of this environment. */
export function inherited(): Record<string, string> {
  const { PATH = "", XDG_CACHE_HOME, JAVA_HOME } = process.env;
  return {
    PATH,
    HOME: homedir(),
    ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }),
    ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }),
  };
}

/** Processes started with a data directory, by what the kernel says of their environment and arguments. */
export function processesOf(dataDir: string): number[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  if (!existsSync("/proc/self/environ")) throw new Error("this test reads /proc");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      `${read(`/proc/${pid}/environ`)}${read(`/proc/${pid}/cmdline`)}`.includes(dataDir),
    )
    .map(Number);
}

/** Fails when a process of the data directory is left after ten seconds. */
export function untilNoneLeft(dataDir: string): Promise<void> {
  return eventually(
    () => {
      const left = processesOf(dataDir);
      if (left.length > 0) throw new Error(`still running: ${left.join(", ")}`);
    },
    { timeoutMs: 10_000, intervalMs: 100 },
  );
}
