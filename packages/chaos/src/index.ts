export type { Fault, StrikeReport, Topology } from "./fault.ts";
export { FAULTS } from "./faults/index.ts";
export { type FaultResult, type RunOptions, runFaults } from "./run/run-faults.ts";
export type { SeedResult } from "./run/run-seed.ts";
export type { Target } from "./target.ts";
