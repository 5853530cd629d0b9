import type { ChannelChoices, DecidedOn } from "@pulsecourier/contracts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import type { Request } from "../read/request.ts";
import { ofCategory } from "./choose-channels.ts";

/** How many a recipient had of a capped category, and whether the one in question is over its cap. */
export type CapCount = { counted: number; isOver: boolean };

/** What a choice is made on, for its fact; undefined where neither recipient nor tenant has said anything. */
export function decidedOn(
  { candidates, named, policy, settings, category }: Request,
  { preferences, clock }: DirectoryEntry,
  count: CapCount | null,
): DecidedOn | undefined {
  const { cap, required } = policy;
  const said = choices(ofCategory({ preferences, category }), preferences?.channels);
  const given = choices(policy.defaults, settings.defaults?.channels);
  const hours = clock === null ? undefined : preferences?.quietHours;
  if ((said ?? given ?? hours) === undefined && count === null) return undefined;
  return {
    candidates: [...candidates],
    named,
    required,
    ...(said !== undefined && { preferences: said }),
    ...(given !== undefined && { defaults: given }),
    ...(hours !== undefined && {
      quietHours: { ...hours, clock: new Date(clock ?? 0).toISOString() },
    }),
    ...(count !== null && cap !== undefined && { cap: { ...cap, counted: count.counted } }),
  };
}

/** What was said of the category and of all channels; undefined for nothing. */
function choices(
  category: ChannelChoices | undefined,
  channels: ChannelChoices | undefined,
): DecidedOn["preferences"] {
  const ofThis = category !== undefined && Object.keys(category).length > 0;
  const ofAll = channels !== undefined && Object.keys(channels).length > 0;
  if (!ofThis && !ofAll) return undefined;
  return { ...(ofThis && { category }), ...(ofAll && { channels }) };
}
