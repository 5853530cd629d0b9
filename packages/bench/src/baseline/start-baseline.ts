import { randomUUID } from "node:crypto";
import type { Target } from "../measure/target.ts";
import { startChild } from "../processes/start-child.ts";

export type Baseline = {
  target: Target;
  pids: Record<"baseline gateway" | "baseline worker", number>;
  close: () => Promise<void>;
};

/** Of 25, 50, 100 and 200 the one at which the worker was fastest on two cores. */
const CONCURRENCY = "100";

/** Starts express + BullMQ in two processes, as a team would that builds its own. */
export async function startBaseline(o: { redis: string; simulator: string }): Promise<Baseline> {
  const key = randomUUID();
  const start = (file: string, env: NodeJS.ProcessEnv) =>
    startChild(new URL(file, import.meta.url), { ...process.env, REDIS_URL: o.redis, ...env });
  const gateway = await start("gateway.ts", { API_KEY: key });
  const worker = await start("worker.ts", { SENDGRID_BASE_URL: o.simulator, CONCURRENCY });
  const both = [gateway, worker];
  return {
    target: {
      name: "baseline",
      gateway: gateway.told,
      key,
      simulator: o.simulator,
      deliveryOf: (id) => id,
      // The job is all there is: no ledger and no status to wait for.
      settled: async () => undefined,
      pause: async () => both.forEach(({ signal }) => signal("SIGSTOP")),
      resume: async () => both.forEach(({ signal }) => signal("SIGCONT")),
    },
    pids: { "baseline gateway": gateway.pid, "baseline worker": worker.pid },
    close: async () => {
      await Promise.all(both.map(({ close }) => close()));
    },
  };
}
