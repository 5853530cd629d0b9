import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Target } from "../measure/target.ts";

export type Baseline = {
  target: Target;
  pids: { "baseline gateway": number; "baseline worker": number };
  close: () => Promise<void>;
};

/** The concurrency at which the worker is fastest here, of 25, 50, 100 and 200. */
const CONCURRENCY = "100";

/** Starts express + BullMQ in two processes, as a team would that builds its own. */
export async function startBaseline(o: { redis: string; simulator: string }): Promise<Baseline> {
  const key = randomUUID();
  const env = { ...process.env, REDIS_URL: o.redis };
  const gateway = start("gateway.ts", { ...env, API_KEY: key });
  const worker = start("worker.ts", { ...env, SENDGRID_BASE_URL: o.simulator, CONCURRENCY });
  const close = async () => {
    await Promise.all([gateway, worker].map(stop));
  };
  try {
    const [url] = await Promise.all([firstMessage(gateway), firstMessage(worker)]);
    return {
      target: {
        name: "baseline",
        gateway: url,
        key,
        simulator: o.simulator,
        // The job's id is all there is: no ledger, no status to wait for.
        deliveryOf: (id) => id,
        settled: async () => undefined,
      },
      pids: { "baseline gateway": gateway.pid ?? 0, "baseline worker": worker.pid ?? 0 },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function start(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { env, execArgv: [] });
}

async function firstMessage(child: ChildProcess): Promise<string> {
  const ended = once(child, "exit").then(() => {
    throw new Error("The baseline did not start; its last words are above.");
  });
  const [message]: unknown[] = await Promise.race([once(child, "message"), ended]);
  return String(message);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}
