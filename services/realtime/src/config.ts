import { commonEnv, integer, port, text } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Environment of realtime. */
export const realtimeConfig = commonEnv.omit({ KAFKA_BROKERS: true }).extend({
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  REALTIME_PORT: port().default(8081).describe("Port of the WebSocket, health and metrics"),
  REALTIME_MAX_SOCKETS: integer({ min: 1, max: 1_000_000, unit: "sockets" })
    .default(20_000)
    .describe("Most sockets at once; more are told to come back later"),
});
export type RealtimeConfig = z.output<typeof realtimeConfig>;
