import type { Fault } from "../fault.ts";
import type { Random } from "../random.ts";

/** One round per seed. */
export const rollingRestart: Fault = {
  name: "rolling-restart",
  what: "SIGTERM and start of every process of two of each service, one after the other",
  topology: "cluster",
  longOnly: true,
  loadMs: 45_000,
  async strike({ services, shutdownDeadlineMs }, random) {
    const problems: string[] = [];
    let slowestStopMs = 0;
    for (const name of shuffled(services.names, random)) {
      const began = performance.now();
      const code = await services.stop(name);
      const tookMs = Math.round(performance.now() - began);
      slowestStopMs = Math.max(slowestStopMs, tookMs);
      if (code !== 0) problems.push(`${name} ended with ${code} after ${tookMs} ms`);
      if (tookMs > shutdownDeadlineMs) problems.push(`${name} took ${tookMs} ms to end`);
      await services.restart(name);
    }
    return { problems, figures: { slowestStopMs } };
  },
};

function shuffled(names: readonly string[], random: Random): string[] {
  return names
    .map((name) => ({ name, at: random.next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ name }) => name);
}
