import type { Channel, InlineRecipient } from "@pulsecourier/contracts";

export const RECIPIENTS = 5_000;
export const INBOXES = 200;
/** Messages whose addresses share a prefix; the simulator lists at most so many at once. */
export const CHUNK = 1_000;

/** The prefix of the email addresses of messages `chunk` × 1,000 and following. */
export const chunkPrefix = (chunk: number): string => `c${chunk}-`;

/** The recipient ids that messages of the channel inapp go to. */
export const inboxes = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `bench-inbox-${index}`);

/** Ofcom keeps +44 7700 900000 to 900999 for drama: nobody has them. */
const phone = (recipient: number) => `+447700900${digits(recipient % 1_000, 3)}`;
const digits = (value: number, length: number) => String(value).padStart(length, "0");

type Address = (recipient: number, at: { index: number; webhooks: string }) => InlineRecipient;

/** An address of each channel that its provider takes. */
const ADDRESSES: Record<Exclude<Channel, "inapp">, Address> = {
  email: (recipient, { index }) => ({
    email: `${chunkPrefix(Math.floor(index / CHUNK))}${recipient}@example.com`,
  }),
  sms: (recipient) => ({ phone: phone(recipient) }),
  push: (recipient) => ({
    pushTokens: [{ token: `bench-device:${digits(recipient, 12)}`, platform: "android" }],
  }),
  slack: (recipient) => ({ slack: `C${digits(recipient, 10)}` }),
  telegram: (recipient) => ({ telegram: String(10_000_000 + recipient) }),
  webhook: (recipient, { webhooks }) => ({ webhook: `${webhooks}/${recipient}` }),
  whatsapp: (recipient) => ({ whatsapp: phone(recipient) }),
};

/** Whom the `index`th notification of a run goes to; webhooks go below the URL `webhooks`. */
export function recipientOf(channel: Channel, index: number, webhooks: string): InlineRecipient {
  if (channel === "inapp") return { id: `bench-inbox-${index % INBOXES}` };
  const recipient = index % RECIPIENTS;
  const address = ADDRESSES[channel](recipient, { index, webhooks });
  return { id: `bench-${recipient}`, ...address };
}
