import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

export const restartPostgres: Fault = {
  name: "restart-postgres",
  what: "immediate shutdown of Postgres (SIGQUIT), recovery from its log up to 2 s later",
  topology: "single",
  async strike({ postgres }, random) {
    await postgres.kill("SIGQUIT");
    await delay(random.whole(0, 2_000));
    await postgres.start();
  },
};
