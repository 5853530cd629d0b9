import type { DevFile, Platform, Progress } from "@pulsecourier/cli";
import { startBaseline } from "./baseline/start-baseline.ts";
import { INBOXES } from "./load/address.ts";
import { type Load, startLoad } from "./load/start-load.ts";
import { platformTarget } from "./measure/platform-target.ts";
import type { Target } from "./measure/target.ts";
import { type Child, startChild } from "./processes/start-child.ts";
import { type ProcessWatch, watchProcesses } from "./processes/watch-processes.ts";

/** All that a measurement needs, running. */
export type Bed = {
  /** Where the platform is. */
  dev: DevFile;
  platform: Target;
  baseline: Target | null;
  /** A second gateway of the platform, in a process of its own, which stands still unless it is measured. */
  loneGateway: Child;
  load: Load;
  watch: ProcessWatch;
  progress: Progress;
  fsync: string;
  /** Where its Postgres is. */
  database: string;
  close: () => Promise<void>;
};

/** Starts the load generator, a gateway by itself and the baseline beside a platform, and opens the inboxes. */
export async function openBed(
  running: Platform,
  progress: Progress,
  withBaseline: boolean,
): Promise<Bed> {
  progress.step("Starting load and baseline");
  const { dev } = running;
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  try {
    const { fsync, ...platform } = await platformTarget(running);
    closing.push(platform.close);
    const load = startLoad();
    closing.push(load.close);
    const lone = await startChild(
      new URL("measure/lone-gateway.ts", import.meta.url),
      gatewayEnv(running),
    );
    closing.push(lone.close);
    lone.signal("SIGSTOP");
    const baseline = withBaseline ? await startBaseline(dev) : null;
    if (baseline !== null) closing.push(baseline.close);
    const watch = watchProcesses({
      ...pidsOf(running),
      load: load.pid,
      bench: process.pid,
      ...baseline?.pids,
    });
    closing.push(async () => watch.close());
    const { gateway, apiKey: key, realtime } = dev;
    await load.openInboxes({ gateway, key, realtime, count: INBOXES });
    const target = baseline?.target ?? null;
    return {
      dev,
      platform,
      baseline: target,
      loneGateway: lone,
      load,
      watch,
      progress,
      fsync,
      database: dev.database,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function gatewayEnv({ dev }: Platform): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LOG_LEVEL: "warn",
    KAFKA_BROKERS: dev.kafka,
    DATABASE_URL: dev.database,
    REDIS_URL: dev.redis,
    GATEWAY_PORT: "0",
  };
}

/** Processes of a platform by name; servers that run elsewhere are left out. */
function pidsOf({ instances, pid, embedded }: Platform): Record<string, number> {
  const groups = Object.entries(instances).map(([group, services]) => [
    `${group}: ${Object.keys(services).join(", ")}`,
    pid(group),
  ]);
  const servers = (["kafka", "postgres", "redis"] as const).flatMap((name) =>
    embedded[name] === undefined ? [] : [[name, embedded[name].pid]],
  );
  return Object.fromEntries([...groups, ["simulator", pid("simulator")], ...servers]);
}
