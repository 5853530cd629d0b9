import { createOrchestrator, orchestratorConfig } from "@pulsecourier/orchestrator";
import { parseConfig } from "@pulsecourier/runtime";

/** An orchestrator in a process of its own, as in production. Tells its parent when it takes part. */
const orchestrator = await createOrchestrator(parseConfig(orchestratorConfig, process.env));
const { url } = await orchestrator.start();
process.on("disconnect", () => process.exit());
process.send?.(url);
