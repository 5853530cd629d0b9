import { z } from "zod";
import { type Channel, ChannelName, CHANNELS } from "../channels/index.ts";
import { ChannelChoices } from "./channel-choices.ts";
import { Name } from "./recipient.ts";
import { TimeOfDay } from "./time-of-day.ts";
import { Timezone } from "./timezone.ts";

/** When a recipient is not to be disturbed, every day; `until` earlier than `from` is the next morning. */
export const QuietHours = z
  .strictObject({
    from: TimeOfDay,
    until: TimeOfDay,
    /** Left out: the recipient's, else the tenant's, else UTC. */
    timezone: Timezone.optional(),
  })
  .refine(({ from, until }) => from !== until, {
    message: "is the same as `from`: no time of the day would be left",
    path: ["until"],
  });
export type QuietHours = z.infer<typeof QuietHours>;

/** The link to a recipient's preference page. Who has it can change what they get. */
export const PreferenceLink = z.object({ url: z.url() });
export type PreferenceLink = z.infer<typeof PreferenceLink>;

/** What waits for the end of quiet hours, unless the tenant's settings name others; the rest disturbs nobody. */
export const DISTURBING_CHANNELS: readonly Channel[] = [
  "push",
  "sms",
  "slack",
  "telegram",
  "whatsapp",
];

/**
 * What a recipient wants. A category's word on a channel beats the channel's; where neither is said, the tenant's
 * defaults hold, and without those it means yes.
 */
export const Preferences = z.strictObject({
  categories: z.record(Name, ChannelChoices).default({}),
  channels: ChannelChoices.default({}),
  /** Where no channel is named, the first of these that can be used is used, and no other. */
  preferredChannels: z
    .array(ChannelName)
    .min(1)
    .max(CHANNELS.length)
    .refine((channels) => new Set(channels).size === channels.length, "names a channel twice")
    .optional(),
  quietHours: QuietHours.optional(),
});
export type Preferences = z.infer<typeof Preferences>;
