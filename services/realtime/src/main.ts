import { runService } from "@pulsecourier/runtime";
import { createRealtime } from "./app.ts";
import { realtimeConfig } from "./config.ts";

await runService("realtime", realtimeConfig, createRealtime);
