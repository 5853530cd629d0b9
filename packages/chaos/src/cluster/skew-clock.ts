import type { Random } from "../random.ts";

export const SKEW_MS = 300_000;
const PRELOAD = new URL("skewed-clock.ts", import.meta.url).href;

/** Variables that make a service's clock 5 min fast (1) or slow (-1), and step to the other side some seconds later. */
export function skewedClock(side: 1 | -1, random: Random): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    CHAOS_CLOCK_SKEW_MS: String(side * SKEW_MS),
    CHAOS_CLOCK_STEP_AFTER_MS: String(random.whole(4_000, 8_000)),
  };
}
