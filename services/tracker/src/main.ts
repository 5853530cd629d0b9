import { runService } from "@pulsecourier/runtime";
import { createTracker } from "./app.ts";
import { trackerConfig } from "./config.ts";

await runService("tracker", trackerConfig, createTracker);
