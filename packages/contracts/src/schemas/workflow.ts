import { z } from "zod";
import { ChannelName, CHANNELS } from "../channels/index.ts";
import { Duration } from "./duration.ts";
import { Name } from "./recipient.ts";

/** What ends the wait for a channel: it was sent, the provider reported it delivered, or it was read. */
export const Until = z.enum(["sent", "delivered", "read"]);
export type Until = z.infer<typeof Until>;

/** How long a channel has to get as far as `until`, when nothing else is said. */
export const DEFAULT_WITHIN = "PT10M";

/** Sends through channels: through all at once, or through the first, and the next when that one does not get there. */
const SendStep = z.strictObject({
  type: z.literal("send"),
  name: Name,
  channels: z.array(ChannelName).min(1).max(CHANNELS.length),
  strategy: z.enum(["all", "first"]).default("all"),
  until: Until.default("sent"),
  within: Duration.default(DEFAULT_WITHIN),
});
export type SendStep = z.infer<typeof SendStep>;

/** A workflow: its steps in order. */
export const WorkflowDefinition = z.strictObject({ steps: z.array(SendStep).min(1).max(1) });
export type WorkflowDefinition = z.infer<typeof WorkflowDefinition>;
