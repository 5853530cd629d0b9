import { runService } from "@pulsecourier/runtime";
import { createSimulator } from "./app.ts";
import { simulatorConfig } from "./config.ts";

await runService("provider-simulator", simulatorConfig, createSimulator);
