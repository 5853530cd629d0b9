import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ConfigError, type ConfigProblem } from "@pulsecourier/runtime";
import type { ServiceName } from "./service-table.ts";

/** What a group tells its parent: that all of its services serve, or why it ends. */
export type GroupMessage =
  | { type: "ready"; services: Record<string, { url: string } | undefined> }
  | {
      type: "failed";
      message: string;
      code?: string | undefined;
      problems?: ConfigProblem[] | undefined;
    };

/** A group did not start because another process took one of its ports meanwhile. */
export class PortLostError extends Error {
  override name = "PortLostError";
}

export type Started = Record<string, { url: string; smtpUrl?: string; apnsUrl?: string }>;
export type Group = {
  /** Resolves when all of its services are ready; rejects when one is not. */
  ready: Promise<Started>;
  /** Of its process. */
  pid: number;
  /** Asks the services to stop; resolves with the exit code when the process has ended, null when a signal ended it. */
  close: () => Promise<number | null>;
  /** Sends a signal; resolves when the process is gone, or at once for SIGSTOP and SIGCONT. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
};

const READY_MS = 60_000;

/** Starts a group of services in a process of its own; it prints to `output`, or where this process prints. */
export function spawnGroup(o: {
  name: string;
  members: readonly ServiceName[];
  env: NodeJS.ProcessEnv;
  onExit: () => void;
  output?: Writable;
}): Group {
  const { name, members, env, output } = o;
  const entry = fileURLToPath(new URL("run-group.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--disable-warning=TimeoutNegativeWarning", entry, ...members],
    {
      env,
      // Out of the terminal's reach: Ctrl-C comes to the parent alone, which stops them in order.
      detached: process.platform !== "win32",
      stdio:
        output === undefined
          ? ["ignore", "inherit", "inherit", "ipc"]
          : ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  if (output !== undefined) {
    for (const stream of [child.stdout, child.stderr]) stream?.pipe(output, { end: false });
  }
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      o.onExit();
      resolve();
    });
  });
  return {
    ready: ready(name, child),
    pid: child.pid ?? 0,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
    kill: async (signal) => {
      child.kill(signal);
      if (signal !== "SIGSTOP" && signal !== "SIGCONT") await ended;
    },
  };
}

function ready(name: string, child: ChildProcess): Promise<Started> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The ${name} services did not start: ${why}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`not ready after ${READY_MS / 1_000} s; run with LOG_LEVEL=info to see more.`);
    }, READY_MS);
    child.once("message", (message: { type: "ready"; services: Started } | Failed) => {
      clearTimeout(timer);
      if (message.type === "ready") resolve(message.services);
      else reject(failure(name, message));
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`the process ended with ${code ?? signal}; its last lines above may say why.`);
    });
  });
}

type Failed = Extract<GroupMessage, { type: "failed" }>;

function failure(name: string, { message, code, problems }: Failed): Error {
  if (problems !== undefined) return new ConfigError(problems);
  const text = `The ${name} services did not start: ${message}`;
  return code === "EADDRINUSE" ? new PortLostError(text) : new Error(text);
}
