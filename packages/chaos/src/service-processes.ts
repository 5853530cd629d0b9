import type { Platform } from "@pulsecourier/cli";

export type ServiceProcesses = ReturnType<typeof superviseServices>;

const LOOK_MS = 250;

/**
 * The processes of the services, called `router-1`, `router-2`. One that ends by itself is started again, as a
 * supervisor would, and told to `onExit`.
 */
export function superviseServices(platform: Platform, onExit: (name: string) => void) {
  const names = Object.keys(platform.instances);
  const ours = new Set<string>();
  const starting = new Set<string>();

  async function revive(name: string): Promise<void> {
    starting.add(name);
    try {
      await platform.restart(name);
    } catch {
      // Its servers may be away; the next look tries again.
    } finally {
      starting.delete(name);
    }
  }

  const timer = setInterval(() => {
    for (const name of names) {
      if (ours.has(name) || starting.has(name) || isAlive(platform.pid(name))) continue;
      onExit(name);
      void revive(name);
    }
  }, LOOK_MS);

  return {
    /** Those that run a service. */
    of: (service: string) => names.filter((name) => name.replace(/-\d+$/, "") === service),
    names,
    /** SIGKILL by default; what SIGKILL ended stays away until `restart`. */
    async kill(name: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
      if (signal === "SIGKILL") ours.add(name);
      await platform.kill(name, signal);
    },
    /** SIGTERM; answers the exit code, null when a signal ended it. */
    stop(name: string): Promise<number | null> {
      ours.add(name);
      return platform.stop(name);
    },
    /** Starts one again that was killed or stopped, its environment changed by what is given. */
    async restart(name: string, changes?: NodeJS.ProcessEnv): Promise<void> {
      await platform.restart(name, changes);
      ours.delete(name);
    },
    close: () => clearInterval(timer),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
