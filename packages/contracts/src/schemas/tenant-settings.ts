import { z } from "zod";
import { ChannelName, CHANNELS } from "../channels/index.ts";
import { isCountry } from "../phone.ts";
import { ChannelChoices } from "./channel-choices.ts";
import { PresencePolicy } from "./presence-policy.ts";
import { Name } from "./recipient.ts";
import { Timezone } from "./timezone.ts";
import { MailAddress, PhoneNumber, TenantIdentity } from "./sender-identity.ts";

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, "holds a line break or control character");

/** The one address of each channel that everything goes to instead of to recipients. */
export const RedirectAddresses = z.strictObject({
  email: MailAddress.optional(),
  /** Id of the recipient whose inbox it is. */
  inapp: Name.optional(),
  /** As `fcm:<token>`, `apns:<token>` or `webpush:<subscription>`. */
  push: line(4_096)
    .regex(/^(?:fcm|apns|webpush):./, "is not fcm:, apns: or webpush: and a token")
    .optional(),
  sms: PhoneNumber.optional(),
  slack: line(256).optional(),
  telegram: line(64).optional(),
  webhook: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  whatsapp: PhoneNumber.optional(),
});
export type RedirectAddresses = z.infer<typeof RedirectAddresses>;

/** Body of `PUT /v1/settings`: what holds for all a tenant sends. It replaces what was set before. */
export const TenantSettings = z.strictObject({
  identity: TenantIdentity.optional(),
  /** With it, nothing reaches recipients: channels that have no address here go through the sandbox accounts. */
  sandboxRedirect: RedirectAddresses.optional(),
  /** Country of phone numbers written without one: ISO 3166, two letters. */
  defaultCountry: z
    .string()
    .refine(isCountry, "is not the code of a country such as DE")
    .optional(),
  /** Zone of recipients who have none of their own, and of schedules; left out: UTC. */
  timezone: Timezone.optional(),
  /** What holds for recipients who said nothing, where the category has no defaults of its own. */
  defaults: z.strictObject({ channels: ChannelChoices }).optional(),
  /** Left out: `ignored`. */
  presence: PresencePolicy.optional(),
  quietHours: z
    .strictObject({
      /** Channels that wait for the end of a recipient's quiet hours; left out: those that disturb. */
      channels: z.array(ChannelName).max(CHANNELS.length),
    })
    .optional(),
});
export type TenantSettings = z.infer<typeof TenantSettings>;

/** The settings of a tenant. `version` counts changes; 0 and no time while nothing was ever set. */
export const SettingsView = z.object({
  version: z.int(),
  settings: TenantSettings,
  updatedAt: z.iso.datetime().nullable(),
});
export type SettingsView = z.infer<typeof SettingsView>;
