export { createOrchestrator } from "./app.ts";
export { type OrchestratorConfig, orchestratorConfig } from "./config.ts";
