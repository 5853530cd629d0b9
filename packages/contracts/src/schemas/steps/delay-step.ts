import { z } from "zod";
import { Duration } from "../duration.ts";
import { next, stepName } from "./step-names.ts";

/** Lets time pass. */
export const DelayStep = z.strictObject({
  type: z.literal("delay"),
  name: stepName,
  for: Duration,
  next,
});
