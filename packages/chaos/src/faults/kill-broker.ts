import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

export const killBroker: Fault = {
  name: "kill-broker",
  what: "kill -9 of the only broker, back on its log up to 2 s later",
  topology: "single",
  async strike({ brokers: [broker] }, random) {
    await broker?.kill();
    await delay(random.whole(0, 2_000));
    await broker?.start();
  },
};
