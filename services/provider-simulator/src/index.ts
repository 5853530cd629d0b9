export { createSimulator, type Simulator, type SimulatorOverrides } from "./app.ts";
export { simulatorConfig, type SimulatorConfig } from "./config.ts";
