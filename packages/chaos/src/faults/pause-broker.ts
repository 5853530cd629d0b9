import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

/** Stopped, it keeps its connections and answers nothing: worse to notice than a kill. */
function pauseFor(name: string, seconds: number): Fault {
  return {
    name,
    what: `SIGSTOP of the only broker for ${seconds} s`,
    topology: "single",
    async strike({ brokers: [broker] }) {
      await broker?.kill("SIGSTOP");
      await delay(seconds * 1_000);
      await broker?.kill("SIGCONT");
    },
  };
}

export const pauseBroker = pauseFor("pause-broker", 5);
/** Longer than sessions last. */
export const pauseBrokerLong: Fault = { ...pauseFor("pause-broker-long", 40), longOnly: true };
