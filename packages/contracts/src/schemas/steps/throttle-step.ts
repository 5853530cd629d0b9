import { z } from "zod";
import { Duration } from "../duration.ts";
import { expression, next, stepName, target } from "./step-names.ts";

/** The most a throttle can be asked to count: each is a time that is kept. */
const MAX_LIMIT = 1_000;

/** Lets at most `limit` of a key pass in any time of the length `per`, whatever sagas of the workflow they are in. */
export const ThrottleStep = z.strictObject({
  type: z.literal("throttle"),
  name: stepName,
  limit: z.int().min(1).max(MAX_LIMIT),
  per: Duration,
  key: expression
    .optional()
    .describe(
      "CEL over `event` and `steps` that gives what is counted by; left out: the recipient",
    ),
  otherwise: target
    .optional()
    .describe("Where it goes on over the limit, such as a `digest`; left out: nothing is sent"),
  next,
});
