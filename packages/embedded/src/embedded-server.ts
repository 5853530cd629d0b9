import { readFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { EmbeddedError } from "./embedded-error.ts";
import type { Guardian } from "./guardian-client.ts";
import type { ServerCommand } from "./guardian-protocol.ts";

/** One running server. After `kill` or `stop`, `start` brings it back on its port and data. */
export interface EmbeddedServer {
  /** Of the current process; 0 while it does not run. */
  readonly pid: number;
  /** Resolves when the server answers. */
  start(): Promise<void>;
  /** Resolves when the process has ended in good order. */
  stop(): Promise<void>;
  /**
   * Sends a signal, SIGKILL by default; resolves when the process is gone, or at once for SIGSTOP
   * and SIGCONT.
   */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface ServerRecipe extends ServerCommand {
  /** Whether the server answers; `log` is what it wrote since this start. */
  isReady(pid: number, log: string): Promise<boolean>;
  /** Whether an early exit is a left-over of the last process and worth another try. */
  isTransient?(log: string): boolean;
}

const readyTimeoutMs = 60_000;
const pollMs = 20;
const retryMs = 200;

/** A server under the guardian, not yet started. */
export function createEmbeddedServer(guardian: Guardian, recipe: ServerRecipe): EmbeddedServer {
  let pid = 0;
  let exited = Promise.resolve();
  let onExit = (): void => undefined;
  guardian.onExit((name, exitedPid) => {
    if (name === recipe.name && exitedPid === pid) {
      pid = 0;
      onExit();
    }
  });

  async function launch(): Promise<"ready" | "ended"> {
    const logStart = await sizeOf(recipe.logFile);
    exited = new Promise((resolve) => (onExit = resolve));
    pid = await guardian.start(recipe);
    const deadline = Date.now() + readyTimeoutMs;
    while (pid !== 0 && Date.now() < deadline) {
      if (await recipe.isReady(pid, await readFrom(recipe.logFile, logStart))) return "ready";
      await delay(pollMs);
    }
    if (pid !== 0) await guardian.stop(recipe.name);
    return "ended";
  }

  async function start(): Promise<void> {
    if (pid !== 0) return;
    const deadline = Date.now() + readyTimeoutMs;
    for (;;) {
      const logStart = await sizeOf(recipe.logFile);
      if ((await launch()) === "ready") return;
      const log = await readFrom(recipe.logFile, logStart);
      if (!recipe.isTransient?.(log) || Date.now() > deadline) throw failure(recipe, log);
      await delay(retryMs);
    }
  }

  return {
    get pid() {
      return pid;
    },
    start,
    stop: () => guardian.stop(recipe.name),
    kill: async (signal = "SIGKILL") => {
      const gone = exited;
      await guardian.signal(recipe.name, signal);
      if (signal !== "SIGSTOP" && signal !== "SIGCONT") await gone;
    },
  };
}

function failure(recipe: ServerRecipe, log: string): EmbeddedError {
  const lastLines = log.trim().split("\n").slice(-5).join("\n  ");
  return new EmbeddedError(
    /address already in use/i.test(log) ? "port_taken" : "server_failed",
    `Embedded ${recipe.name} did not start. Its last words:\n  ${lastLines}\n` +
      `All of them are in ${recipe.logFile}.`,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (s) => s.size,
    () => 0,
  );
}

async function readFrom(path: string, offset: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  return bytes.subarray(offset).toString("utf8");
}
