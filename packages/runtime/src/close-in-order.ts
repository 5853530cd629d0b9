import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@pulsecourier/observability";

export type CloseStep = [name: string, close: () => Promise<void>];

// What a step still gets when earlier ones used the deadline up: enough to close an idle connection.
const graceMs = 100;

/**
 * Runs the steps of a shutdown one after the other. A step that fails or is not done when the deadline (milliseconds,
 * for all steps together) passes is logged and the next one starts, so nothing is left out. Never rejects.
 */
export async function closeInOrder(
  steps: CloseStep[],
  deadlineMs: number,
  logger: Logger,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (const [step, close] of steps) {
    const timer = new AbortController();
    const budget = Math.max(graceMs, deadline - performance.now());
    const late = sleep(budget, "late" as const, { signal: timer.signal }).catch(
      () => "stopped" as const,
    );
    try {
      const result = await Promise.race([close(), late]);
      if (result === "late")
        logger.error({ step }, "shutdown step did not finish in time; going on without it");
    } catch (err) {
      logger.error({ step, err }, "shutdown step failed; going on with the next");
    } finally {
      timer.abort();
    }
  }
}
