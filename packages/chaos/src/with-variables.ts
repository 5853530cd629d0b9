import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "./target.ts";

const READY_MS = 60_000;

/**
 * Acts while a service has other variables, and gives it back those it had: `usual`, or none. Both times it is started
 * again and takes part when this goes on.
 */
export async function withVariables<T>(
  target: Target,
  o: { service: string; variables: NodeJS.ProcessEnv; usual?: NodeJS.ProcessEnv },
  act: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(Object.keys(o.variables).map((name) => [name, undefined]));
  await startWith(target, o.service, o.variables);
  try {
    return await act();
  } finally {
    await startWith(target, o.service, { ...before, ...o.usual });
  }
}

async function startWith(
  { services, dev }: Target,
  service: string,
  variables: NodeJS.ProcessEnv,
): Promise<void> {
  for (const name of services.of(service)) {
    await services.stop(name);
    await services.restart(name, variables);
  }
  const deadline = performance.now() + READY_MS;
  const isReady = async () =>
    (await fetch(`${dev.services[service]}/readyz`).catch(() => null))?.ok === true;
  while (!(await isReady())) {
    if (performance.now() > deadline) throw new Error(`${service} is not ready after a minute.`);
    await delay(50);
  }
}
