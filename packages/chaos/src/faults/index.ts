import type { Fault } from "../fault.ts";
import { killServices } from "./kill-service.ts";
import { nothing } from "./nothing.ts";

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [nothing, ...killServices];
