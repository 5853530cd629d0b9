import { z } from "zod";

/** Policy of a category. A category that was never declared has the defaults. */
export const CategoryDefinition = z.strictObject({
  /** What a crash or time-out during the provider call means: call again, or end as `outcome_unknown`. */
  onUnknown: z.enum(["at_least_once", "at_most_once"]).default("at_least_once"),
  /** Recipients cannot refuse it. */
  required: z.boolean().default(false),
  /** Where no channel is named, channels that cost money (sms, whatsapp) are used as well. */
  paidChannels: z.boolean().default(false),
  /** Mails carry one-click unsubscribe headers. */
  optOut: z.boolean().default(false),
});
export type CategoryDefinition = z.infer<typeof CategoryDefinition>;
