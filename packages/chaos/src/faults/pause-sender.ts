import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

/** What it had in flight times out before it can read the answers: those calls are unknown to it. */
function pauseFor(name: string, seconds: number): Fault {
  return {
    name,
    what: `SIGSTOP of the sender of emails for ${seconds} s, longer than calls may take`,
    topology: "single",
    lanes: ["critical", "normal"],
    duplicates: (callSlots) => callSlots,
    async strike({ services }) {
      const [sender = ""] = services.of("sender-email");
      await services.kill(sender, "SIGSTOP");
      await delay(seconds * 1_000);
      await services.kill(sender, "SIGCONT");
    },
  };
}

export const pauseSender = pauseFor("pause-sender", 5);
/** Longer than a session lasts and than claims stand. */
export const pauseSenderLong: Fault = { ...pauseFor("pause-sender-long", 15), longOnly: true };
