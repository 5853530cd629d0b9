export { createScheduler } from "./app.ts";
export { type SchedulerConfig, schedulerConfig } from "./config.ts";
