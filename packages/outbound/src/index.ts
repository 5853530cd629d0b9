export { createOutbound, type Outbound, type OutboundAnswer } from "./create-outbound.ts";
export { createTargetCheck, type TargetCheck } from "./create-target-check.ts";
export { TargetRefused } from "./resolve-public.ts";
export { readTarget } from "./target.ts";
