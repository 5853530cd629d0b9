import type { Writable } from "node:stream";
import type { Groups } from "./service-table.ts";
import { type Group, spawnGroup, type Started } from "./spawn-group.ts";

/** The processes of a platform. */
export type GroupSet = {
  start: (name: string, env: NodeJS.ProcessEnv) => Promise<Started>;
  /** Ends a process at once, without a chance to clean up. */
  kill: (name: string) => Promise<void>;
  /** Starts a process again in the environment it had. */
  restart: (name: string) => Promise<void>;
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

  return {
    start,
    kill: async (name) => running.get(name)?.group.kill(),
    restart: async (name) => {
      await start(name, running.get(name)?.env ?? {});
    },
    ended: ended.promise,
    close: async () => {
      const groups = [...running].filter(([name]) => name !== "simulator");
      await Promise.all(groups.map(([, { group }]) => group.close()));
      await running.get("simulator")?.group.close();
    },
  };
}
