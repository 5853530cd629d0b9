import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type Child = {
  pid: number;
  /** The first thing it told, which says that it is ready. */
  told: string;
  /** As `kill` does; SIGSTOP and SIGCONT hold it where it is and let it go on. */
  signal: (signal: NodeJS.Signals) => void;
  /** SIGTERM; resolves when it has ended. */
  close: () => Promise<void>;
};

/** Runs a file in a process of its own; rejects when it ends without having told anything. */
export async function startChild(file: URL, env: NodeJS.ProcessEnv): Promise<Child> {
  // Nothing of what this process was started with, such as a tie to its parent.
  const child = fork(fileURLToPath(file), { env, execArgv: [] });
  const ended = once(child, "exit").then(([code, signal]: (number | string | null)[]) => {
    throw new Error(`${file.pathname} ended with ${code ?? signal}; its last words are above.`);
  });
  const [told]: unknown[] = await Promise.race([once(child, "message"), ended]);
  return {
    pid: child.pid ?? 0,
    told: String(told),
    signal: (signal) => void child.kill(signal),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      // Only a process that goes on can end.
      child.kill("SIGCONT");
      await once(child, "exit");
    },
  };
}
