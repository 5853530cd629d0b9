import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 100;
const PATIENCE_MS = 30_000;

/** Waits until something holds; rejects after 30 s. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not within 30 s: ${what}.`);
    await delay(LOOK_MS);
  }
}
