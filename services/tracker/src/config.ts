import { commonEnv, integer, port, text } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Environment of the tracker. */
export const trackerConfig = commonEnv.omit({ REDIS_URL: true }).extend({
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  TRACKER_PORT: port().default(8084).describe("Port of health and metrics"),
  TRACKER_LINGER_MS: integer({ min: 0, max: 5_000, unit: "ms" })
    .default(100)
    .describe("How long facts are gathered before they are written together"),
  CALLBACK_DISABLE_AFTER_HOURS: integer({ min: 1, max: 720, unit: "hours" })
    .default(72)
    .describe("How long a status callback may fail before it is disabled"),
});
export type TrackerConfig = z.output<typeof trackerConfig>;
