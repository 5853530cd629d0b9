import { z } from "zod";
import { expression, stepName, target } from "./step-names.ts";

/** Goes the way of the first condition that holds. */
export const BranchStep = z.strictObject({
  type: z.literal("branch"),
  name: stepName,
  branches: z
    .array(
      z.strictObject({
        when: expression.describe("CEL over `event`, `steps`, `events` and `digest`"),
        next: target,
      }),
    )
    .min(1)
    .max(20),
  otherwise: target,
});
