import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { FrequencyCap } from "./category.ts";
import { ChannelChoices } from "./channel-choices.ts";

/** What somebody said about channels: for the category, and for all. */
const Choices = z.object({
  category: ChannelChoices.optional(),
  channels: ChannelChoices.optional(),
});

/**
 * What a choice of channels was made on, as it was then; only what played a part, and nothing where the recipient and
 * the tenant had said nothing. Never holds an address.
 */
export const DecidedOn = z.object({
  /** Channels asked for by name, or all that the content can serve. */
  candidates: z.array(ChannelName),
  named: z.boolean(),
  required: z.boolean(),
  /** The recipient's. */
  preferences: Choices.optional(),
  /** The recipient's, first to last; of use where no channel was named. */
  preferredChannels: z.array(ChannelName).optional(),
  /** Connected over the WebSocket; told where that counts. */
  connected: z.boolean().optional(),
  /** The tenant's, for what the recipient left open. */
  defaults: Choices.optional(),
  /** The recipient's quiet hours, and the platform's clock they were compared with. */
  quietHours: z
    .object({
      from: z.string(),
      until: z.string(),
      timezone: z.string().optional(),
      clock: z.iso.datetime(),
    })
    .optional(),
  /** `counted` are those of the category the recipient had in that time, this one included if it was let through. */
  cap: FrequencyCap.extend({ counted: z.int() }).optional(),
});
export type DecidedOn = z.infer<typeof DecidedOn>;
