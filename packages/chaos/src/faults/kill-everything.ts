import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

export const killEverything: Fault = {
  name: "kill-everything",
  what: "kill -9 of every service one after the other, in any order, and restarts",
  topology: "single",
  lanes: ["critical", "normal"],
  duplicates: (callSlots) => callSlots,
  async strike({ services }, random) {
    const order = services.names.map((name) => ({ name, at: random.next() }));
    const restarts: Promise<void>[] = [];
    for (const { name } of order.toSorted((a, b) => a.at - b.at)) {
      await services.kill(name);
      await delay(random.whole(0, 200));
      restarts.push(services.restart(name));
    }
    await Promise.all(restarts);
  },
};
