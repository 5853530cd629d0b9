import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";

export const killRedis: Fault = {
  name: "kill-redis",
  what: "kill -9 of Redis, back and empty up to 3 s later",
  topology: "single",
  async strike({ redis }, random) {
    await redis.kill();
    await delay(random.whole(0, 3_000));
    await redis.start();
  },
};
