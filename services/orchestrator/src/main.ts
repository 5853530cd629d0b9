import { runService } from "@pulsecourier/runtime";
import { createOrchestrator } from "./app.ts";
import { orchestratorConfig } from "./config.ts";

await runService("orchestrator", orchestratorConfig, createOrchestrator);
