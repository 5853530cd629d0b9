import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { USUAL } from "../simulator.ts";

export const providerThrottle: Fault = {
  name: "provider-throttle",
  what: "the provider answers 429 with Retry-After to every call for 1 to 4 s",
  topology: "single",
  lanes: ["critical", "normal"],
  async strike({ simulator }, random) {
    const retryAfterSeconds = random.whole(1, 3);
    await simulator.behave({ ...USUAL, errorRate: 1, errorStatus: 429, retryAfterSeconds });
    await delay(random.whole(1_000, 4_000));
    await simulator.behave(USUAL);
  },
};
