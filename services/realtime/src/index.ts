export { createRealtime } from "./app.ts";
export { realtimeConfig, type RealtimeConfig } from "./config.ts";
