import { z } from "zod";
import { ChannelChoices } from "./channel-choices.ts";
import { Duration } from "./duration.ts";
import { PresencePolicy } from "./presence-policy.ts";

/** How many notifications of a category a recipient gets in any time of this length. */
export const FrequencyCap = z.strictObject({ max: z.int().min(1).max(1_000), per: Duration });
export type FrequencyCap = z.infer<typeof FrequencyCap>;

/** Policy of a category. A category that was never declared has the defaults. */
export const CategoryDefinition = z
  .strictObject({
    /** What recipients read on their preference page; left out: the category's name. */
    title: z.string().min(1).max(80).optional(),
    /** What a crash or time-out during the provider call means: call again, or end as `outcome_unknown`. */
    onUnknown: z.enum(["at_least_once", "at_most_once"]).default("at_least_once"),
    /** Recipients cannot refuse it, and it does not wait for the end of their quiet hours. */
    required: z.boolean().default(false),
    /** Where no channel is named, channels that cost money (sms, whatsapp) are used as well. */
    paidChannels: z.boolean().default(false),
    /** Mails carry one-click unsubscribe headers. */
    optOut: z.boolean().default(false),
    /** What holds for recipients who said nothing about a channel: `false` means only who asks for it gets it. */
    defaults: ChannelChoices.optional(),
    cap: FrequencyCap.optional(),
    /** Left out: the tenant's. */
    presence: PresencePolicy.optional(),
  })
  .refine(({ required, cap }) => !required || cap === undefined, {
    message: "does not go with `required`: what is required goes out, however often",
    path: ["cap"],
  });
export type CategoryDefinition = z.infer<typeof CategoryDefinition>;
