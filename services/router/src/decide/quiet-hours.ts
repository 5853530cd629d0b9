import { endOfQuietHours } from "@pulsecourier/calendar";
import {
  type Channel,
  DISTURBING_CHANNELS,
  type InlineRecipient,
  type Lane,
  type TenantSettings,
  Timezone,
} from "@pulsecourier/contracts";
import type { DirectoryEntry } from "../stores/directory-store.ts";
import { type ChannelChoice, type ChosenChannel, factError } from "./choose-channels.ts";

/**
 * How often one notification is held: someone who moves their quiet hours while it waits may meet it in them again,
 * but not for ever.
 */
export const MAX_HOLDS = 3;

/** What quiet hours depend on. */
export type QuietQuestion = {
  recipient: InlineRecipient;
  entry: Pick<DirectoryEntry, "preferences" | "clock">;
  settings: TenantSettings;
  lane: Lane;
  /** The category cannot be refused. */
  required: boolean;
  /** How often it was held before. */
  holds: number;
};

/** The quiet hours a recipient is in. */
export type Quiet = {
  /** Their end, ms since 1970. */
  until: number;
  timezone: string;
  reason: string;
};

/** The quiet hours that hold a notification; null where it need not wait. */
export function quietHoursOf(question: QuietQuestion): Quiet | null {
  const { recipient, entry, settings, lane, required, holds } = question;
  const hours = entry.preferences?.quietHours;
  if (hours === undefined || entry.clock === null) return null;
  if (lane === "critical" || required || holds >= MAX_HOLDS) return null;
  const timezone = zoneOf([hours.timezone, recipient.timezone, settings.timezone]);
  const until = endOfQuietHours(hours, timezone, entry.clock);
  if (until === null) return null;
  const reason = `quiet hours from ${hours.from} to ${hours.until} in ${timezone}`;
  return { until, timezone, reason };
}

/** The first that is a zone, else UTC. */
export function zoneOf(zones: readonly (string | undefined)[]): string {
  return zones.find((zone) => Timezone.safeParse(zone).success) ?? "UTC";
}

/** A choice of channels, and those of them that wait for the end of quiet hours. */
export type QuietChoice = ChannelChoice & { held: ChosenChannel[] };

/**
 * Takes the channels that disturb out of a choice made in quiet hours. Where it would have expired at their end, they
 * are skipped instead of held.
 */
export function holdBack(
  { chosen, skipped }: ChannelChoice,
  { until, reason }: Quiet,
  { settings, expiresAt }: { settings: TenantSettings; expiresAt: string | null },
): QuietChoice {
  const disturbing: readonly Channel[] = settings.quietHours?.channels ?? DISTURBING_CHANNELS;
  const held = chosen.filter(({ channel }) => disturbing.includes(channel));
  const passing = chosen.filter(({ channel }) => !disturbing.includes(channel));
  if (expiresAt === null || Date.parse(expiresAt) > until) {
    return { chosen: passing, skipped, held };
  }
  const error = factError("expired", `It expires before the end of ${reason}.`);
  const expired = held.map(({ channel }) => ({ channel, error }));
  return { chosen: passing, skipped: [...skipped, ...expired], held: [] };
}
