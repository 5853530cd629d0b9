import {
  type Addresses,
  addressesOf,
  type Channel,
  type ChannelChoices,
  channelDefinition,
  ERRORS,
  type ErrorCode,
  type FactError,
} from "@pulsecourier/contracts";
import type { DirectoryEntry } from "../stores/directory-store.ts";

/** `more` are further devices of the recipient. */
export type ChosenChannel = { channel: Channel; address: string; more: string[] };
export type SkippedChannel = { channel: Channel; error: FactError };
export type ChannelChoice = { chosen: ChosenChannel[]; skipped: SkippedChannel[] };

/** What the choice depends on. */
export type ChannelQuestion = {
  /** Channels asked for, or all that the content can serve. */
  candidates: readonly Channel[];
  /** The candidates were asked for by name: of each that is left out is said why. */
  named: boolean;
  /** Channels the content can serve. */
  served: { has(channel: Channel): boolean };
  recipient: Addresses;
  /** The recipient stands in the directory or was written into the request. */
  known: boolean;
  preferences: DirectoryEntry["preferences"];
  /** The tenant's word on channels where the recipient said nothing: of the category, and of all. */
  defaults: { category?: ChannelChoices | undefined; channels?: ChannelChoices | undefined };
  /** Why an address is on the suppression list; null when it is not. */
  suppressed: (channel: Channel, address: string) => string | null;
  category: string | null;
  /** The category cannot be refused. */
  required: boolean;
  /** The category allows channels that cost money where none was named. */
  paidChannels: boolean;
};

/**
 * Picks the channels a recipient is notified through, and says of each other one why not. A channel that costs money is
 * picked only where it was asked for. Where no channel was named,
 * having no address for one is no news, unless nothing else can be said.
 */
export function chooseChannels(question: ChannelQuestion): ChannelChoice {
  const chosen: ChosenChannel[] = [];
  const skipped: SkippedChannel[] = [];
  for (const channel of question.candidates) {
    const addresses = addressesOf(channel, question.recipient);
    // One device that is suppressed does not keep the others from being sent to.
    const errors = addresses.map((address) => whyNot(question, channel, address));
    const [address, ...more] = addresses.filter((_address, index) => errors[index] === null);
    if (address !== undefined) chosen.push({ channel, address, more });
    else skipped.push({ channel, error: errors[0] ?? noAddress(question, channel) });
  }
  const telling = skipped.filter(({ error }) => error.code !== "no_address");
  const all = question.named || chosen.length + telling.length === 0;
  return { chosen, skipped: all ? skipped : telling };
}

function whyNot(q: ChannelQuestion, channel: Channel, address: string): FactError | null {
  const never = whyNever(q, channel);
  if (never !== null) return never;
  if (isPaid(channel) && !mayCost(q)) return factError("paid_channel_not_named");
  return whySuppressed(q, channel, address);
}

/** Asked for by name or by the category, or by content that was written for paid channels and nothing else. */
function mayCost({ named, paidChannels, candidates }: ChannelQuestion): boolean {
  return named || paidChannels || candidates.every(isPaid);
}

const isPaid = (channel: Channel) => channelDefinition(channel).paid === true;

/** Why the channel is not used, whatever the address. */
function whyNever(q: ChannelQuestion, channel: Channel): FactError | null {
  if (!q.served.has(channel)) return factError("channel_not_in_template");
  return whyRefused(q, channel);
}

function noAddress(q: ChannelQuestion, channel: Channel): FactError {
  const never = whyNever(q, channel);
  if (never !== null) return never;
  return q.known
    ? factError("no_address")
    : factError("no_address", "No recipient has this id, so it has no address; PUT it first.");
}

/** What must reach people goes out though they unsubscribed at the provider; nothing goes where nobody is. */
function whySuppressed(q: ChannelQuestion, channel: Channel, address: string): FactError | null {
  const reason = q.suppressed(channel, address);
  if (reason === null || (q.required && reason === "unsubscribe")) return null;
  const lift = "DELETE /v1/suppressions/{id} lifts it";
  return factError("suppressed", `The address is on the suppression list (${reason}); ${lift}.`);
}

/** The recipient's word beats the tenant's defaults, and what is required cannot be refused. */
function whyRefused(q: ChannelQuestion, channel: Channel): FactError | null {
  if (q.required) return null;
  const own = ofCategory(q) ?? {};
  const said = own[channel] ?? q.preferences?.channels?.[channel];
  if (said !== undefined) return said ? null : factError("opted_out");
  const given = q.defaults.category?.[channel] ?? q.defaults.channels?.[channel];
  return given === false ? factError("not_opted_in") : null;
}

/** What a recipient said of a category. */
export function ofCategory({
  preferences,
  category,
}: Pick<ChannelQuestion, "preferences" | "category">): ChannelChoices | undefined {
  return category === null ? undefined : preferences?.categories?.[category];
}

/** An error as facts carry it. */
export function factError(code: ErrorCode, message: string = ERRORS[code].title): FactError {
  return { code, class: ERRORS[code].class, message };
}
