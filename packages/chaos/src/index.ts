export type { Fault, StrikeReport, Topology } from "./fault.ts";
export type { Target } from "./target.ts";
