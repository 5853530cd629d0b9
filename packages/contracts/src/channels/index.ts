import { z } from "zod";
import type { ChannelDefinition } from "./definition.ts";
import { email } from "./email.ts";
import { inapp } from "./inapp.ts";
import { sms } from "./sms.ts";
import { webhook } from "./webhook.ts";
import { whatsapp } from "./whatsapp.ts";

/** Every channel: one line each. */
const registry = { email, inapp, sms, webhook, whatsapp } as const;

export type Channel = keyof typeof registry;
export const CHANNELS = [
  "email",
  "inapp",
  "sms",
  "webhook",
  "whatsapp",
] as const satisfies readonly Channel[];
export const ChannelName = z.enum(CHANNELS);

/** The definition of a channel. */
export function channelDefinition(channel: Channel): ChannelDefinition {
  return registry[channel];
}
