import type { Channel, PresencePolicy } from "@pulsecourier/contracts";
import { type ChannelChoice, factError } from "./choose-channels.ts";

/** What comes first for a recipient, where no channel was named. */
export type Preferring = {
  preferred: readonly Channel[];
  presence: PresencePolicy;
  connected: boolean;
};

/** Of the channels that can be used, keeps the one that comes first for the recipient; all, where none does. */
export function preferChannel(
  choice: ChannelChoice,
  { preferred, presence, connected }: Preferring,
): ChannelChoice {
  const live: Channel[] = connected && presence === "inapp_first" ? ["inapp"] : [];
  const usable = choice.chosen.map(({ channel }) => channel);
  const first = [...live, ...preferred].find((channel) => usable.includes(channel));
  if (first === undefined) return choice;
  const error = factError("not_preferred");
  const others = usable.filter((channel) => channel !== first);
  return {
    chosen: choice.chosen.filter(({ channel }) => channel === first),
    skipped: [...choice.skipped, ...others.map((channel) => ({ channel, error }))],
  };
}
