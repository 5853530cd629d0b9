import { commonEnv, port, text } from "@pulsecourier/runtime";
import type { z } from "zod";

/** Environment of the orchestrator. */
export const orchestratorConfig = commonEnv.extend({
  HOST: text().default("127.0.0.1").describe("Address to listen on"),
  ORCHESTRATOR_PORT: port().default(8092).describe("Port of health and metrics"),
});
export type OrchestratorConfig = z.output<typeof orchestratorConfig>;
