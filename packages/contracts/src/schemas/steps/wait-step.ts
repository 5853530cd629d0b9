import { z } from "zod";
import { Duration } from "../duration.ts";
import { Name } from "../recipient.ts";
import { Until } from "../until.ts";
import { next, stepName, target } from "./step-names.ts";

/** Waits until what an earlier step sent got as far as `until`, through any channel; else goes another way. */
export const WaitStep = z.strictObject({
  type: z.literal("wait"),
  name: stepName,
  for: Name.describe("The `send` step whose message is waited for"),
  until: Until,
  within: Duration,
  otherwise: target.describe("Where it goes on when the time is over"),
  next,
});
