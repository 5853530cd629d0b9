import { commonEnv, port, text } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Environment of the scheduler. */
export const schedulerConfig = commonEnv.omit({ REDIS_URL: true }).extend({
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  SCHEDULER_PORT: port().default(8083).describe("Port of health and metrics"),
});
export type SchedulerConfig = z.output<typeof schedulerConfig>;
