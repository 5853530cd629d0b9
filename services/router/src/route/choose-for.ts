import type { DecidedOn, InlineRecipient } from "@pulsecourier/contracts";
import { type ChannelChoice, chooseChannels, factError } from "../decide/choose-channels.ts";
import { type CapCount, decidedOn } from "../decide/decided-on.ts";
import { type Intent, mergeRecipient } from "../decide/intent.ts";
import { presenceOf } from "../decide/policy-of.ts";
import { preferChannel } from "../decide/prefer-channel.ts";
import { holdBack, type Quiet, type QuietChoice, quietHoursOf } from "../decide/quiet-hours.ts";
import type { Request } from "../read/request.ts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import type { FindSuppressed } from "../stores/look-up-suppressed.ts";

/** What the stores said of an intent's recipient and notification. */
export type Known = {
  entry: DirectoryEntry;
  cancelled: boolean;
  suppressed: FindSuppressed;
  /** Connected over the WebSocket; known only where that counts. */
  connected: boolean;
  /** Null where nothing is counted. */
  count: CapCount | null;
};

/** What was decided about an intent's recipient, who comes with all that is known of them. */
export type Chosen = {
  recipient: InlineRecipient;
  choice: QuietChoice;
  /** Null where nothing is held. */
  quiet: Quiet | null;
  /** What it was decided on, for its facts. */
  snapshot: { decidedOn?: DecidedOn };
};

/** The channels an intent's recipient is notified through now, and those that wait for the end of quiet hours. */
export function chooseFor(intent: Intent, known: Known): Chosen {
  const { request, recipient: named } = intent;
  const { entry } = known;
  const recipient = mergeRecipient(named, entry.profile);
  const quiet = quietFor(request, recipient, entry);
  const open = preferred(request, openTo(intent, recipient, known), known);
  const choice = quiet === null ? { ...open, held: [] } : holdBack(open, quiet, request);
  const on = decidedOn(request, known);
  const snapshot = on === undefined ? {} : { decidedOn: on };
  return {
    recipient,
    choice: known.count?.isOver ? cap(request, choice) : choice,
    quiet,
    snapshot,
  };
}

/** The channels that could be used at any time of the day. */
function openTo({ request, recipient: named }: Intent, recipient: InlineRecipient, known: Known) {
  const { policy, settings, event } = request;
  const { entry, suppressed } = known;
  return chooseChannels({
    candidates: request.candidates,
    named: request.named,
    served: request.contents,
    recipient,
    known: typeof named !== "string" || entry.profile !== null,
    preferences: entry.preferences,
    defaults: { category: policy.defaults, channels: settings.defaults?.channels },
    suppressed: (channel, address) => suppressed(event.tenant, channel, address),
    category: request.category,
    required: policy.required,
    paidChannels: policy.paidChannels,
  });
}

/** Channels that were named are not for the recipient to choose among. */
function preferred(request: Request, open: ChannelChoice, { entry, connected }: Known) {
  const { preferredChannels = [] } = entry.preferences ?? {};
  if (request.named || (preferredChannels.length === 0 && !connected)) return open;
  const presence = presenceOf(request);
  return preferChannel(open, { preferred: preferredChannels, presence, connected });
}

function quietFor(
  { settings, lane, event, policy }: Request,
  recipient: InlineRecipient,
  entry: DirectoryEntry,
): Quiet | null {
  const holds = event.release?.holds ?? 0;
  const { required } = policy;
  return quietHoursOf({ recipient, entry, settings, lane, required, holds });
}

/** What is held is counted when it is released. */
function cap({ policy, category }: Request, { chosen, skipped, held }: QuietChoice): QuietChoice {
  const { max, per } = policy.cap ?? {};
  const message = `The recipient has had ${max} of category ${category} within ${per}, as many as its cap allows.`;
  const error = factError("frequency_capped", message);
  const over = chosen.map(({ channel }) => ({ channel, error }));
  return { chosen: [], skipped: [...skipped, ...over], held };
}
