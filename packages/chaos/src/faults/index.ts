import type { Fault } from "../fault.ts";
import { clockSkew } from "./clock-skew.ts";
import { killServices } from "./kill-service.ts";
import { leaderFaults } from "./leader.ts";
import { nothing } from "./nothing.ts";
import { rebalanceStorm } from "./rebalance-storm.ts";
import { rollingRestart } from "./rolling-restart.ts";

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  nothing,
  ...killServices,
  ...leaderFaults,
  rollingRestart,
  rebalanceStorm,
  clockSkew,
];
