import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataDirInUse, EmbeddedError } from "./embedded-error.ts";
import type { GuardianMessage, GuardianRequest, ServerCommand } from "./guardian-protocol.ts";

export interface Guardian {
  readonly pid: number;
  /** Starts a process and answers its pid; it need not serve yet. */
  start(server: ServerCommand): Promise<number>;
  signal(name: string, signal: NodeJS.Signals): Promise<void>;
  /** Asks in good order, insists after 8 s, and resolves when the process is gone. */
  stop(name: string): Promise<void>;
  onExit(listener: (name: string, pid: number) => void): void;
  /** Stops every server, then the guardian itself. */
  close(): Promise<void>;
}

type Order = GuardianRequest extends infer R ? (R extends unknown ? Omit<R, "id"> : never) : never;
type Reply = Extract<GuardianMessage, { type: "reply" }>;

/** Starts the guardian of a data directory that `claimDataDir` found free. */
export async function startGuardian(dataDir: string, env: NodeJS.ProcessEnv): Promise<Guardian> {
  const child = spawnGuardian(dataDir, env);
  await ready(child, dataDir);
  const waiting = new Map<number, (reply: Reply) => void>();
  const exitListeners: ((name: string, pid: number) => void)[] = [];
  let lastId = 0;

  child.on("message", (message: GuardianMessage) => {
    if (message.type === "reply") {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
    if (message.type === "exited") for (const l of exitListeners) l(message.name, message.pid);
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => {
      const error = "the guardian process is gone";
      for (const [id, answer] of waiting) answer({ type: "reply", id, error });
      waiting.clear();
      resolve();
    });
  });

  async function order(what: Order): Promise<Reply> {
    lastId += 1;
    const id = lastId;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, ...what }, (error) => {
        if (error) resolve({ type: "reply", id, error: error.message });
      });
    });
    if (reply.error) throw new EmbeddedError("server_failed", `Embedded servers: ${reply.error}.`);
    return reply;
  }

  async function close(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    await order({ do: "close" });
    if (child.connected) child.disconnect();
    await gone;
  }

  let closing: Promise<void> | undefined;
  return {
    pid: child.pid ?? 0,
    start: async (server) => (await order({ do: "start", server })).pid ?? 0,
    signal: async (name, signal) => void (await order({ do: "signal", name, signal })),
    stop: async (name) => void (await order({ do: "stop", name })),
    onExit: (listener) => void exitListeners.push(listener),
    close: () => (closing ??= close()),
  };
}

function spawnGuardian(dataDir: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(dataDir, "guardian.log"), "a");
  const { NODE_OPTIONS: _, ...rest } = env;
  const child = fork(fileURLToPath(new URL("guardian.ts", import.meta.url)), [dataDir], {
    cwd: dataDir,
    detached: true,
    env: rest,
    execArgv: [],
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

async function ready(child: ChildProcess, dataDir: string): Promise<void> {
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("message", (message: GuardianMessage) => {
      resolve(message.type === "failed" ? message.error : undefined);
    });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code) => resolve(`it exited with ${code}`));
  });
  if (failure === undefined) return;
  if (failure.includes("EEXIST")) throw dataDirInUse(dataDir);
  throw new EmbeddedError(
    "server_failed",
    `The embedded servers of ${dataDir} could not be started: ${failure}.`,
  );
}
