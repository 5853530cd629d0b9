import { runService } from "@pulsecourier/runtime";
import { createRouter } from "./app.ts";
import { routerConfig } from "./config.ts";

await runService("router", routerConfig, createRouter);
