import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

const HUNG_MS = 3_000;

export const providerHang: Fault = {
  name: "provider-hang",
  what: "the provider takes calls and never answers, for 3 s",
  topology: "single",
  lanes: ["critical", "normal"],
  async strike({ simulator }) {
    await simulator.behave({ hang: true });
    await delay(HUNG_MS);
  },
};

export const providerAcceptsAndHangs: Fault = {
  name: "provider-accepts-and-hangs",
  what: "the provider accepts messages and never says so, for 3 s",
  topology: "single",
  lanes: ["critical", "normal"],
  // Calls time out after 2 s, so that each slot can be hung up twice.
  duplicates: (callSlots) => 2 * callSlots,
  async strike({ simulator }) {
    await simulator.behave({ hangAfterAccept: true });
    await delay(HUNG_MS);
  },
};
