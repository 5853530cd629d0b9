import { z } from "zod";
import { ChannelName } from "../channels/index.ts";

/** Yes or no to channels; nothing is said of those left out. */
export const ChannelChoices = z.partialRecord(ChannelName, z.boolean());
export type ChannelChoices = z.infer<typeof ChannelChoices>;
