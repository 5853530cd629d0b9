import type { InlineRecipient } from "@pulsecourier/contracts";
import { type ChannelChoice, chooseChannels } from "../decide/choose-channels.ts";
import { type Intent, mergeRecipient } from "../decide/intent.ts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import type { FindSuppressed } from "../stores/look-up-suppressed.ts";

/** What the stores said of an intent's recipient and notification. */
export type Known = { entry: DirectoryEntry; cancelled: boolean; suppressed: FindSuppressed };

/** The channels an intent's recipient is notified through, and the recipient with all that is known of it. */
export function chooseFor(
  { request, recipient: named }: Intent,
  { entry, suppressed }: Known,
): { recipient: InlineRecipient; choice: ChannelChoice } {
  const recipient = mergeRecipient(named, entry.profile);
  const choice = chooseChannels({
    candidates: request.candidates,
    named: request.named,
    served: request.contents,
    recipient,
    known: typeof named !== "string" || entry.profile !== null,
    preferences: entry.preferences,
    suppressed: (channel, address) => suppressed(request.event.tenant, channel, address),
    category: request.category,
    required: request.policy.required,
    paidChannels: request.policy.paidChannels,
  });
  return { recipient, choice };
}
