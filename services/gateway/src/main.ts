import { runService } from "@pulsecourier/runtime";
import { createGateway } from "./app.ts";
import { gatewayConfig } from "./config.ts";

await runService("gateway", gatewayConfig, async (config) => createGateway(config));
