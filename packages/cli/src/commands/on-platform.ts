import { type Platform, type PlatformOptions, startPlatform } from "../platform/start-platform.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { serviceOutput } from "../terminal/service-output.ts";
import { type Stop, untilStopped } from "./until-stopped.ts";

type Options = Pick<PlatformOptions, "dataDir" | "env" | "receipts"> & {
  /** Exit code when it is told to stop while acting; while starting it is always 130. */
  stoppedCode?: number;
};

/**
 * Starts a platform, acts on it, and stops it however that ends: with `act`'s exit code, at a signal, or because a
 * process of it ended. Rejects when a part does not start.
 */
export async function onPlatform(
  { stoppedCode = 130, ...options }: Options,
  act: (platform: Platform, progress: Progress) => Promise<number>,
): Promise<number> {
  const stop = untilStopped();
  const platform = await start(options, stop);
  if (platform === null) return 130;
  const { progress, ...running } = platform;
  try {
    return await Promise.race([
      act(running, progress),
      stop.requested.then(() => stoppedCode),
      running.ended.then((name) => {
        throw new Error(`The ${name} services ended by themselves; stopped the rest.`);
      }),
    ]);
  } finally {
    await close(running);
  }
}

async function start(
  options: Options,
  stop: Stop,
): Promise<(Platform & { progress: Progress }) | null> {
  const progress = createProgress();
  progress.note(announcement(options.env));
  const output = serviceOutput(progress.note);
  try {
    const { signal } = stop;
    return {
      ...(await startPlatform({ receipts: true, ...options, progress, output, signal })),
      progress,
    };
  } catch (error) {
    progress.done(stop.signal.aborted ? "Stopped." : "Gave up.");
    if (stop.signal.aborted) return null;
    throw error;
  }
}

async function close(platform: Platform): Promise<void> {
  const progress = createProgress();
  progress.step("Stopping the services, then the servers");
  await platform.close();
  progress.done("Stopped.");
}

function announcement(env: NodeJS.ProcessEnv): string {
  const servers = [
    ["Kafka", "KAFKA_BROKERS"],
    ["Postgres", "DATABASE_URL"],
    ["Redis", "REDIS_URL"],
  ].map(([name, variable = ""]) => (env[variable] ? `${name} at ${variable}` : name));
  return `Starting PulseCourier on ${servers.join(", ")}: some 10 s, the first time up to 2 min.`;
}
