import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { dataDirInUse } from "./embedded-error.ts";
import { type GuardianRecord, guardianRecordFile } from "./guardian-protocol.ts";

const run = promisify(execFile);
const stoppingMs = 20_000;
// Time for the guardian of a parent that was killed this instant to notice.
const noticeMs = 1_500;
const pollMs = 50;

/**
 * Creates the data directory, and makes sure nobody uses it: waits while the guardian of an ended
 * run still stops its servers, and ends servers left behind by a guardian that was killed itself.
 * Throws `data_dir_in_use` when another run is alive.
 */
export async function claimDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const began = Date.now();
  for (;;) {
    const owner = await readRecord(dataDir);
    if (!owner) return;
    if (!(await usesDataDir(owner.pid, dataDir))) {
      await endLeftovers(owner, dataDir);
      await rm(join(dataDir, guardianRecordFile), { force: true });
      return;
    }
    if (Date.now() - began > (owner.stopping ? stoppingMs : noticeMs)) {
      throw dataDirInUse(dataDir);
    }
    await delay(pollMs);
  }
}

async function readRecord(dataDir: string): Promise<GuardianRecord | undefined> {
  const text = await readFile(join(dataDir, guardianRecordFile), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as GuardianRecord; // our own file, written whole by a rename
  } catch {
    return { pid: 0, stopping: true, servers: {} };
  }
}

async function endLeftovers(owner: GuardianRecord, dataDir: string): Promise<void> {
  for (const pid of Object.values(owner.servers)) {
    while (await usesDataDir(pid, dataDir)) {
      process.kill(pid, "SIGKILL");
      await delay(pollMs);
    }
  }
}

/**
 * Whether the process lives and was started for this data directory. Pids are used again after a
 * reboot, so a pid alone proves nothing; every command line of ours names its data directory.
 */
export async function usesDataDir(pid: number, dataDir: string): Promise<boolean> {
  if (pid === 0 || !isAlive(pid)) return false;
  const commandLine = await readCommandLine(pid);
  return commandLine === undefined || commandLine.includes(dataDir);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function readCommandLine(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  }
  if (process.platform === "win32") return undefined;
  const ps = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return ps.stdout;
}
