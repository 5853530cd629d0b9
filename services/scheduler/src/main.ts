import { runService } from "@pulsecourier/runtime";
import { createScheduler } from "./app.ts";
import { schedulerConfig } from "./config.ts";

await runService("scheduler", schedulerConfig, createScheduler);
