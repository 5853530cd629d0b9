import { z } from "zod";
import { MAX_AMOUNT } from "../budget.ts";
import { Name } from "../recipient.ts";
import { expression, next, stepName, target } from "./step-names.ts";

/** Reserves an amount of a budget: used up when the saga completes, given back when it does not. */
export const ReserveStep = z.strictObject({
  type: z.literal("reserve"),
  name: stepName,
  budget: Name,
  amount: z
    .union([z.number().positive().max(MAX_AMOUNT), expression])
    .default(1)
    .describe("A number, or CEL over `event` and `steps` that gives one; six decimals are kept"),
  otherwise: target
    .optional()
    .describe(
      "Where it goes on when the budget has no such amount left; left out: nothing is sent",
    ),
  next,
});
