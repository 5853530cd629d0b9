import type { WaitContext } from "./next-step.ts";
import type { Work } from "./work.ts";

/** What a wait of this attempt depends on. */
export function waitContext(
  { delivery, waits }: Work,
  tierDelayMs: WaitContext["tierDelayMs"],
): WaitContext {
  const { lane, expiresAt } = delivery;
  return { lane, waits, expiresAt, now: Date.now(), random: Math.random(), tierDelayMs };
}
