import type { InlineRecipient } from "@pulsecourier/contracts";
import { chooseChannels } from "../decide/choose-channels.ts";
import { type Intent, mergeRecipient } from "../decide/intent.ts";
import { holdBack, type Quiet, type QuietChoice, quietHoursOf } from "../decide/quiet-hours.ts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import type { FindSuppressed } from "../stores/look-up-suppressed.ts";

/** What the stores said of an intent's recipient and notification. */
export type Known = { entry: DirectoryEntry; cancelled: boolean; suppressed: FindSuppressed };

/** What was decided about an intent's recipient, who comes with all that is known of them. */
export type Chosen = {
  recipient: InlineRecipient;
  choice: QuietChoice;
  /** Null where nothing is held. */
  quiet: Quiet | null;
};

/** The channels an intent's recipient is notified through now, and those that wait for the end of quiet hours. */
export function chooseFor(
  { request, recipient: named }: Intent,
  { entry, suppressed }: Known,
): Chosen {
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
  const { settings, lane, expiresAt, event, policy } = request;
  const holds = event.release?.holds ?? 0;
  const quiet = quietHoursOf({
    recipient,
    entry,
    settings,
    lane,
    required: policy.required,
    holds,
  });
  if (quiet === null) return { recipient, choice: { ...choice, held: [] }, quiet };
  return { recipient, choice: holdBack(choice, quiet, { settings, expiresAt }), quiet };
}
