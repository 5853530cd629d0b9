import { z } from "zod";
import { ChannelName, CHANNELS } from "../../channels/index.ts";
import { Duration } from "../duration.ts";
import { Name } from "../recipient.ts";
import { DEFAULT_WITHIN, Until } from "../until.ts";
import { next, stepName } from "./step-names.ts";

/** What is said, through policy as any message, when what a step sent is undone. */
const Correction = z.strictObject({
  template: Name,
  channels: z
    .array(ChannelName)
    .min(1)
    .max(CHANNELS.length)
    .optional()
    .describe("Left out: those the step sent through, but the inbox, which it is taken out of"),
});

/** Sends through channels: through all at once, or through the first, and the next when that one does not get there. */
export const SendStep = z.strictObject({
  type: z.literal("send"),
  name: stepName,
  /** Left out only where the request itself has the content. */
  template: Name.optional(),
  channels: z.array(ChannelName).min(1).max(CHANNELS.length),
  strategy: z.enum(["all", "first"]).default("all"),
  until: Until.default("sent"),
  within: Duration.default(DEFAULT_WITHIN),
  /** When it reaches nobody, the workflow has failed. */
  required: z.boolean().default(true),
  correction: Correction.optional(),
  next,
});
