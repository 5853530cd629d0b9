import { z } from "zod";
import { Duration } from "../duration.ts";
import { Name } from "../recipient.ts";
import { Signal } from "../signal.ts";
import { Until } from "../until.ts";
import { next, stepName, target } from "./step-names.ts";

/**
 * Waits until what an earlier step sent got as far as `until`, through any channel, or until an event comes; else goes
 * another way.
 */
export const WaitStep = z
  .strictObject({
    type: z.literal("wait"),
    name: stepName,
    for: Name.optional().describe("The `send` step whose message is waited for"),
    until: Until.optional(),
    event: Signal.optional().describe("The event that is waited for"),
    within: Duration,
    otherwise: target.describe("Where it goes on when the time is over"),
    next,
  })
  .refine((step) => (step.for === undefined) === (step.until === undefined), {
    error: "`for` and `until` belong together",
    path: ["until"],
  })
  .refine((step) => (step.for === undefined) !== (step.event === undefined), {
    error: "waits either for what a step sent, with `for` and `until`, or for an `event`",
    path: ["event"],
  });
