import type { Platform, Progress } from "@pulsecourier/cli";
import { type Baseline, startBaseline } from "./baseline/start-baseline.ts";
import { INBOXES } from "./load/message.ts";
import { type Load, startLoad } from "./load/start-load.ts";
import { platformTarget } from "./measure/platform-target.ts";
import type { Target } from "./measure/target.ts";
import { type ProcessWatch, watchProcesses } from "./processes/watch-processes.ts";

/** All that a measurement needs, running. */
export type Bed = {
  platform: Target;
  baseline: Target | null;
  load: Load;
  watch: ProcessWatch;
  progress: Progress;
  fsync: string;
  close: () => Promise<void>;
};

/** Starts the load generator and the baseline beside a platform, and opens the inboxes. */
export async function openBed(
  running: Platform,
  progress: Progress,
  withBaseline: boolean,
): Promise<Bed> {
  const { dev, embedded } = running;
  const { fsync, ...platform } = await platformTarget(dev);
  const load = startLoad();
  const watch = watchProcesses();
  let baseline: Baseline | null = null;
  const close = async () => {
    watch.close();
    await load.close();
    await baseline?.close();
    await platform.close();
  };
  try {
    if (withBaseline) baseline = await startBaseline(dev);
    for (const group of [...Object.keys(running.instances), "simulator"])
      watch.add(group, running.pid(group));
    for (const server of ["kafka", "postgres", "redis"] as const)
      if (embedded[server] !== undefined) watch.add(server, embedded[server].pid);
    watch.add("load", load.pid);
    watch.add("bench", process.pid);
    for (const [name, pid] of Object.entries(baseline?.pids ?? {})) watch.add(name, pid);
    await load.openInboxes({
      gateway: dev.gateway,
      key: dev.apiKey,
      realtime: dev.realtime,
      count: INBOXES,
    });
    return { platform, baseline: baseline?.target ?? null, load, watch, progress, fsync, close };
  } catch (error) {
    await close();
    throw error;
  }
}
