export { createTracker } from "./app.ts";
export { trackerConfig, type TrackerConfig } from "./config.ts";
