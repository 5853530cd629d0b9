import type { ChannelChoices, DecidedOn } from "@pulsecourier/contracts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import type { Request } from "../read/request.ts";
import { ofCategory } from "./choose-channels.ts";
import { presenceOf } from "./policy-of.ts";

/** How many a recipient had of a capped category, and whether the one in question is over its cap. */
export type CapCount = { counted: number; isOver: boolean };

type Decisive = { entry: DirectoryEntry; count: CapCount | null; connected: boolean };

/** What a choice is made on, for its fact; undefined where neither recipient nor tenant has said anything. */
export function decidedOn(
  request: Request,
  { entry, count, connected }: Decisive,
): DecidedOn | undefined {
  const { candidates, named, policy, settings, category } = request;
  const { preferences, clock } = entry;
  const { cap, required } = policy;
  const said = choices(ofCategory({ preferences, category }), preferences?.channels);
  const given = choices(policy.defaults, settings.defaults?.channels);
  const hours = clock === null ? undefined : preferences?.quietHours;
  const first = named ? undefined : preferences?.preferredChannels;
  const isHeard = isPresenceHeard(request);
  if ((said ?? given ?? hours ?? first) === undefined && count === null && !isHeard)
    return undefined;
  return {
    candidates: [...candidates],
    named,
    required,
    ...(said !== undefined && { preferences: said }),
    ...(first !== undefined && { preferredChannels: first }),
    ...(isHeard && { connected }),
    ...(given !== undefined && { defaults: given }),
    ...(hours !== undefined && {
      quietHours: { ...hours, clock: new Date(clock ?? 0).toISOString() },
    }),
    ...(count !== null && cap !== undefined && { cap: { ...cap, counted: count.counted } }),
  };
}

/** It matters whether the recipient is connected. */
export function isPresenceHeard(request: Request): boolean {
  const { named, candidates } = request;
  return !named && candidates.includes("inapp") && presenceOf(request) !== "ignored";
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
