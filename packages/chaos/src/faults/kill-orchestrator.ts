import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { planLoad } from "../load/plan-load.ts";

/** The saga outbox is relayed by the orchestrator, that of cancels by the gateway. */
const SERVICES = ["orchestrator", "orchestrator", "scheduler", "gateway"] as const;
const ROUNDS = 50;
const ROUND = { messages: 8, durationMs: 800 };
/** Somewhere between the first input of a saga and its last, timers included. */
const KILL_WITHIN_MS = 1_500;

export const killOrchestrator: Fault = {
  name: "kill-orchestrator",
  what: "kill -9 of the orchestrator, the scheduler or an outbox relay at any moment while sagas run, 50 times",
  topology: "single",
  longOnly: true,
  seeds: 5,
  load: "none",
  lanes: ["critical", "normal"],
  async strike({ services }, random, { prefix, send, rounds = ROUNDS }) {
    const sending: Promise<unknown>[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const name = `${prefix}-${round}`;
      const lanes = ["critical", "normal"] as const;
      sending.push(send(planLoad({ prefix: name, ...ROUND, lanes, sagas: 1, random })));
      await delay(random.whole(0, KILL_WITHIN_MS));
      const [victim = ""] = services.of(random.pick(SERVICES));
      await services.kill(victim);
      await delay(random.whole(0, 300));
      await services.restart(victim);
    }
    await Promise.all(sending);
    return { figures: { kills: rounds, sagas: rounds * ROUND.messages } };
  },
};
