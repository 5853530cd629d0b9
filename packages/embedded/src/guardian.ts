/**
 * The process that owns the servers of one data directory: `node guardian.ts <data dir>`.
 * It lives in a session of its own, so Ctrl-C in the terminal reaches neither it nor the servers;
 * it takes orders over IPC, and when the channel closes, however its parent ended, it stops every
 * server and exits.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type GuardianMessage,
  type GuardianRecord,
  type GuardianRequest,
  guardianRecordFile,
  type ServerCommand,
} from "./guardian-protocol.ts";

const stopTimeoutMs = 8_000;
const recordPath = join(process.argv[2] ?? ".", guardianRecordFile);

interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly stopSignal: NodeJS.Signals;
  readonly exited: Promise<void>;
}

const servers = new Map<string, Running>();
let stopping = false;

function send(message: GuardianMessage): void {
  // The parent may be gone at any moment; what it no longer hears is of no use to anyone else.
  if (process.connected) process.send?.(message, () => undefined);
}

function record(): GuardianRecord {
  const pids = Array.from(servers, ([name, server]) => [name, server.pid]);
  return { pid: process.pid, stopping, servers: Object.fromEntries(pids) };
}

function writeRecord(): void {
  const part = `${recordPath}.part`;
  writeFileSync(part, JSON.stringify(record()));
  renameSync(part, recordPath);
}

async function start(server: ServerCommand): Promise<number> {
  if (stopping || servers.has(server.name)) throw new Error(`${server.name} cannot be started now`);
  const log = openSync(server.logFile, "a");
  const child = spawn(server.command, server.args, {
    cwd: server.cwd,
    detached: true,
    stdio: ["ignore", log, log],
    uid: server.uid,
    gid: server.gid,
    windowsHide: true,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const pid = child.pid ?? 0;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      servers.delete(server.name);
      writeRecord();
      send({ type: "exited", name: server.name, pid });
      resolve();
    });
  });
  servers.set(server.name, { process: child, pid, stopSignal: server.stopSignal, exited });
  writeRecord();
  return pid;
}

async function stop(server: Running): Promise<void> {
  server.process.kill(server.stopSignal);
  // A server frozen by SIGSTOP would never see its stop signal.
  if (process.platform !== "win32") server.process.kill("SIGCONT");
  const timer = setTimeout(() => server.process.kill("SIGKILL"), stopTimeoutMs);
  await server.exited;
  clearTimeout(timer);
}

async function close(): Promise<void> {
  stopping = true;
  writeRecord();
  await Promise.all(Array.from(servers.values(), stop));
  rmSync(recordPath, { force: true });
}

async function obey(request: GuardianRequest): Promise<number | undefined> {
  switch (request.do) {
    case "start":
      return start(request.server);
    case "signal":
      servers.get(request.name)?.process.kill(request.signal);
      return undefined;
    case "stop": {
      const server = servers.get(request.name);
      if (server) await stop(server);
      return undefined;
    }
    case "close":
      await close();
      return undefined;
  }
}

async function answer(request: GuardianRequest): Promise<void> {
  try {
    const pid = await obey(request);
    send({ type: "reply", id: request.id, ...(pid === undefined ? {} : { pid }) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ type: "reply", id: request.id, error: message });
  }
}

async function closeAndExit(): Promise<void> {
  await close();
  process.exit(0);
}

function failed(error: unknown): never {
  send({ type: "failed", error: String(error) });
  process.exit(1);
}

process.on("message", (request: GuardianRequest) => void answer(request).catch(failed));
process.on("disconnect", () => void closeAndExit().catch(failed));
process.on("SIGTERM", () => void closeAndExit().catch(failed));
process.on("SIGINT", () => undefined);
process.on("SIGHUP", () => undefined);

try {
  // Exclusive, so that of two starts at the same moment one fails.
  writeFileSync(recordPath, JSON.stringify(record()), { flag: "wx" });
  send({ type: "ready" });
} catch (error) {
  failed(error);
}
