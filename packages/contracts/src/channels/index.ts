import { z } from "zod";
import type { Addresses } from "../schemas/recipient.ts";
import type { ChannelDefinition } from "./definition.ts";
import { email } from "./email.ts";
import { inapp } from "./inapp.ts";
import { push } from "./push.ts";
import { slack } from "./slack.ts";
import { sms } from "./sms.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";
import { whatsapp } from "./whatsapp.ts";

/** Every channel: one line each. */
const registry = { email, inapp, push, slack, sms, telegram, webhook, whatsapp } as const;

export type Channel = keyof typeof registry;
export const CHANNELS = [
  "email",
  "inapp",
  "push",
  "sms",
  "slack",
  "telegram",
  "webhook",
  "whatsapp",
] as const satisfies readonly Channel[];
export const ChannelName = z.enum(CHANNELS);

/** The definition of a channel. */
export function channelDefinition(channel: Channel): ChannelDefinition {
  return registry[channel];
}

/** The addresses a delivery to the recipient goes to, the first foremost: none, one, or several devices. */
export function addressesOf(channel: Channel, recipient: Addresses): string[] {
  const { address, addresses } = channelDefinition(channel);
  if (addresses !== undefined) return addresses(recipient);
  const only = address(recipient);
  return only === null ? [] : [only];
}
