import type { Writable } from "node:stream";
import type { Groups } from "./service-table.ts";
import { type Group, spawnGroup, type Started } from "./spawn-group.ts";

/** The processes of a platform. */
export type GroupSet = {
  start: (name: string, env: NodeJS.ProcessEnv) => Promise<Started>;
  /** Sends a signal, SIGKILL by default; resolves when the process is gone, or at once for SIGSTOP and SIGCONT. */
  kill: (name: string, signal?: NodeJS.Signals) => Promise<void>;
  /** SIGTERM; resolves with the exit code when the process has ended, null when a signal ended it. */
  stop: (name: string) => Promise<number | null>;
  /** Starts a process again in the environment it had, changed by what is given, from now on. */
  restart: (name: string, changes?: NodeJS.ProcessEnv) => Promise<void>;
  /** Of the process that runs a group now or did last. */
  pid: (name: string) => number;
  /** Resolves with the name of the first process that ended, whether asked to or not. */
  ended: Promise<string>;
  /** Stops the services, then the simulator, which stands for a world that outlives them. */
  close: () => Promise<void>;
};

export function createGroupSet(plan: Groups, output?: Writable): GroupSet {
  const running = new Map<string, { group: Group; env: NodeJS.ProcessEnv }>();
  const ended = Promise.withResolvers<string>();

  async function start(name: string, env: NodeJS.ProcessEnv): Promise<Started> {
    const group = spawnGroup({
      name,
      members: plan[name] ?? [],
      env,
      onExit: () => ended.resolve(name),
      ...(output === undefined ? {} : { output }),
    });
    running.set(name, { group, env });
    return group.ready;
  }

  function known(name: string) {
    const found = running.get(name);
    if (found === undefined) throw new Error(`No group of this platform is called ${name}.`);
    return found;
  }

  return {
    start,
    kill: (name, signal = "SIGKILL") => known(name).group.kill(signal),
    stop: (name) => known(name).group.close(),
    restart: async (name, changes = {}) => {
      await start(name, { ...known(name).env, ...changes });
    },
    pid: (name) => known(name).group.pid,
    ended: ended.promise,
    close: async () => {
      const groups = [...running].filter(([name]) => name !== "simulator");
      await Promise.all(groups.map(([, { group }]) => group.close()));
      await running.get("simulator")?.group.close();
    },
  };
}
