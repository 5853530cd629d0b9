import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Name } from "./recipient.ts";

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time of day such as 22:00");

/** What a recipient wants. Left out means yes; a category's word on a channel beats the channel's. */
export const Preferences = z.strictObject({
  categories: z.record(Name, z.partialRecord(ChannelName, z.boolean())).default({}),
  channels: z.partialRecord(ChannelName, z.boolean()).default({}),
  quietHours: z
    .strictObject({ from: time, until: time, timezone: z.string().max(64).optional() })
    .optional(),
});
export type Preferences = z.infer<typeof Preferences>;
