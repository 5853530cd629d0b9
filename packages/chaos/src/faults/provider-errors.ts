import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { USUAL } from "../simulator.ts";

export const providerErrors: Fault = {
  name: "provider-errors",
  what: "the provider answers 500 or 503 to some or all calls for 1 to 4 s",
  topology: "single",
  lanes: ["critical", "normal"],
  async strike({ simulator }, random) {
    const errorRate = random.pick([0.3, 0.7, 1]);
    await simulator.behave({ ...USUAL, errorRate, errorStatus: random.pick([500, 503]) });
    await delay(random.whole(1_000, 4_000));
    await simulator.behave(USUAL);
  },
};
