import { commonEnv, integer, port, text } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Environment of the router. */
export const routerConfig = commonEnv.extend({
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  ROUTER_PORT: port().default(8082).describe("Port of health and metrics"),
  BULK_DEMOTE_PER_MINUTE: integer({ min: 1, max: 10_000_000, unit: "notifications/min" })
    .default(6_000)
    .describe(
      "What a tenant may send on the normal lane, per router process; the rest goes as bulk",
    ),
});
export type RouterConfig = z.output<typeof routerConfig>;
