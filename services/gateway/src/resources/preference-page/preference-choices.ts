import type { CatalogSnapshot } from "@pulsecourier/catalog";
import {
  addressesOf,
  type Channel,
  CHANNELS,
  type Preferences,
  type Recipient,
} from "@pulsecourier/contracts";

/** Categories a page shows at most. */
const MAX_CATEGORIES = 100;

/** A row of the page: a category, or, without a name, all that no category says anything of. */
export type ChoiceRow = {
  /** Empty for the last row. */
  category: string;
  title: string;
  /** Cannot be refused. */
  required: boolean;
  choices: { channel: Channel; on: boolean }[];
};

type Policy = Pick<CatalogSnapshot, "categories" | "settings">;

/** What is on and off for a recipient now: every category, through every channel they can be reached by. */
export function choicesOf(
  recipient: Recipient,
  preferences: Preferences,
  policy: Policy,
): ChoiceRow[] {
  const channels = CHANNELS.filter(
    (channel) => addressesOf(channel, recipient).length > 0 || isMentioned(preferences, channel),
  );
  const names = new Set([...policy.categories.keys(), ...Object.keys(preferences.categories)]);
  const rows = [...names].toSorted().slice(0, MAX_CATEGORIES);
  return [...rows, ""].map((category) => {
    const definition = policy.categories.get(category);
    const required = definition?.required ?? false;
    return {
      category,
      title: category === "" ? "Everything else" : (definition?.title ?? category),
      required,
      choices: channels.map((channel) => ({
        channel,
        on: required || isOn(preferences, category, channel, policy),
      })),
    };
  });
}

/** What the page's form said: of each cell it showed, whether it was on. */
export type Cell = { category: string; channel: Channel; on: boolean };

/** Preferences after the form. A word is only written where it changes what holds now, so that defaults stay defaults. */
export function applyCells(
  before: Preferences,
  cells: readonly Cell[],
  policy: Policy,
): Preferences {
  const after = {
    ...before,
    channels: { ...before.channels },
    categories: Object.fromEntries(
      Object.entries(before.categories).map(([name, choices]) => [name, { ...choices }]),
    ),
  };
  // The row of everything else first: categories without a word of their own follow it.
  for (const { category, channel, on } of cells.toSorted((a, b) =>
    a.category < b.category ? -1 : 1,
  )) {
    const isRequired = policy.categories.get(category)?.required ?? false;
    if (isRequired || isOn(after, category, channel, policy) === on) continue;
    if (category === "") after.channels[channel] = on;
    else after.categories[category] = { ...after.categories[category], [channel]: on };
  }
  return after;
}

function isOn(
  { categories, channels }: Preferences,
  category: string,
  channel: Channel,
  policy: Policy,
): boolean {
  return (
    categories[category]?.[channel] ??
    channels[channel] ??
    policy.categories.get(category)?.defaults?.[channel] ??
    policy.settings.defaults?.channels[channel] ??
    true
  );
}

function isMentioned({ categories, channels }: Preferences, channel: Channel): boolean {
  return [channels, ...Object.values(categories)].some((one) => one[channel] !== undefined);
}
