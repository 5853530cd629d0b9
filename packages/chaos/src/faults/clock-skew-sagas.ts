import { setTimeout as delay } from "node:timers/promises";
import { skewedClock } from "../cluster/skew-clock.ts";
import type { Fault } from "../fault.ts";

const LOAD_MS = 12_000;
const SERVICES = ["orchestrator", "scheduler", "tracker"] as const;

/** Who is fast and who is slow is drawn; the checker sees timers that came early. */
export const clockSkewSagas: Fault = {
  name: "clock-skew-sagas",
  what: "the clocks of orchestrator, scheduler and tracker are 5 min fast or slow, and step to the other side",
  topology: "single",
  longOnly: true,
  lanes: ["critical", "normal"],
  loadMs: LOAD_MS,
  sagas: 0.7,
  async strike({ services }, random) {
    const names = SERVICES.flatMap((service) => services.of(service));
    const fast = random.whole(0, names.length - 1);
    for (const [index, name] of names.entries()) {
      await services.stop(name);
      await services.restart(name, skewedClock(index === fast ? 1 : -1, random));
    }
    await delay(LOAD_MS);
    for (const name of names) {
      await services.stop(name);
      await services.restart(name, { NODE_OPTIONS: "" });
    }
  },
};
